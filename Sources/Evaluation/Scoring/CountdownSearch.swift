import Foundation

/// The search for a way to make four numbers into another, as LongProc wants it written down: depth first, pairs in their order, the larger
/// number first. (Ye et al., LongProc, 2025.)
struct CountdownSearch {
    private let target: Int
    private var log = ""
    private(set) var equations: [String] = []

    /// Intermediate results from here on are dropped.
    private static let limit = 2000

    /// - Returns: nil where there is no way, and for numbers that are not four of the size that the task has.
    init?(_ numbers: [Int], target: Int) {
        guard numbers.count == 4, numbers.allSatisfy((0..<Self.limit).contains) else { return nil }
        self.target = target
        log = "Initial number set: \(Self.list(numbers)), target: \(target). Options for choosing two numbers: \(Self.options(numbers))."
        guard explore(numbers, depth: 1) else { return nil }
        equations.reverse()
    }

    /// The search and the solution that it has found.
    var text: String {
        let steps = equations.reversed(), names = ["Final step", "The step before", "The first step"]
        return "# Search Procedure\n" + log + "\n\nNow we have found the target, let's trace back the solution:\n"
            + zip(names, steps).map { "\($0): \($1)\n" }.joined() + "\nOutput the solution in the required format:\n<Solution>\n"
            + equations.map { $0 + "\n" }.joined() + "</Solution>\n"
    }

    private static func list(_ numbers: [Int]) -> String { "[\(numbers.map(String.init).joined(separator: ", "))]" }

    private static func options(_ numbers: [Int]) -> String {
        "[\(pairs(numbers).map { "(\($0.first), \($0.second))" }.joined(separator: ", "))]"
    }

    private static func pairs(_ numbers: [Int]) -> [(first: Int, second: Int, left: [Int])] {
        numbers.indices.flatMap { i in
            numbers.indices[(i + 1)...].map { j in
                (first: numbers[i], second: numbers[j], left: numbers.indices.filter { $0 != i && $0 != j }.map { numbers[$0] })
            }
        }
    }

    private static func indent(_ depth: Int) -> String { "\n" + String(repeating: " ", count: depth) + "|- " }

    /// Tries all that can be done with a set of numbers.
    private mutating func explore(_ numbers: [Int], depth: Int) -> Bool {
        for (first, second, left) in Self.pairs(numbers) {
            if numbers.count > 2 {
                log +=
                    Self.indent(depth)
                    + "Pick two numbers (\(first), \(second)) (numbers left: \(Self.list(left))). Try possible operations."
            }
            let (large, small) = (max(first, second), min(first, second))
            for (mark, value) in [("+", large + small), ("-", large - small), ("*", large * small)] {
                if attempt("\(large) \(mark) \(small) = \(value)", value, left, depth: depth + 1) { return true }
            }
            if divide(large, by: small, left, depth: depth + 1) { return true }
        }
        return false
    }

    private mutating func divide(_ large: Int, by small: Int, _ left: [Int], depth: Int) -> Bool {
        guard small != 0 else {
            log += Self.indent(depth) + "Try \(large) / 0 (invalid operation). drop this branch."
            return false
        }
        guard large % small != 0 else { return attempt("\(large) / \(small) = \(large / small)", large / small, left, depth: depth) }
        let value = String(format: "%.1f", Double(large) / Double(small))
        log += Self.indent(depth) + "Try \(large) / \(small) = \(value). \(value) is a decimal, drop this branch."
        return false
    }

    private mutating func attempt(_ equation: String, _ value: Int, _ left: [Int], depth: Int) -> Bool {
        log += Self.indent(depth) + "Try \(equation). "
        guard value < Self.limit else {
            log += "\(value) exceeds the maximum intermediate result, drop this branch."
            return false
        }
        let numbers = [value] + left
        if numbers.count == 1 {
            log += value == target ? "Evaluate \(value) == \(target), target found!" : "Evaluate \(value) != \(target), drop this branch."
            if value == target { equations.append(equation) }
            return value == target
        }
        log += "Add \(value) to the number set. Current number set: \(Self.list(numbers)), target: \(target)"
        let isLast = numbers.count == 2
        log += isLast ? ", just two numbers left." : ". Options for choosing two numbers: \(Self.options(numbers))."
        guard explore(numbers, depth: isLast ? depth : depth + 1) else { return false }
        equations.append(equation)
        return true
    }
}
