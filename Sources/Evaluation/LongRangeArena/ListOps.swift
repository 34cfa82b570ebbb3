import Training

/// Nested operations on lists of digits, whose value is a digit: structure that spans the whole text.
/// (Nangia and Bowman, ListOps: A Diagnostic Dataset for Latent Tree Learning, 2018; in the lengths of Long Range Arena.)
package enum ListOps {
    package enum Operation: String, CaseIterable, Sendable {
        case minimum = "[MIN"
        case maximum = "[MAX"
        case median = "[MED"
        /// The sum modulo 10.
        case sum = "[SM"

        func value(of digits: [Int]) -> Int {
            let sorted = digits.sorted(), middle = sorted.count / 2
            switch self {
            case .minimum: return sorted[0]
            case .maximum: return sorted[sorted.count - 1]
            case .median: return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
            case .sum: return digits.reduce(0, +) % 10
            }
        }
    }

    package indirect enum Tree: Equatable, Sendable {
        case digit(Int)
        case operation(Operation, [Tree])

        package var value: Int {
            switch self {
            case .digit(let digit): digit
            case .operation(let operation, let parts): operation.value(of: parts.map(\.value))
            }
        }

        /// One for each digit, and two, for its beginning and its end, for each operation.
        package var length: Int {
            switch self {
            case .digit: 1
            case .operation(_, let parts): parts.reduce(2) { $0 + $1.length }
            }
        }

        /// The same as those of its source.
        package var tokens: [Int32] {
            switch self {
            case .digit(let digit): [ListOps.firstDigit + Int32(digit)]
            case .operation(let operation, let parts):
                [ListOps.firstOperation + Int32(Operation.allCases.firstIndex(of: operation) ?? 0)] + parts.flatMap(\.tokens)
                    + [ListOps.firstDigit - 1]
            }
        }

        /// As the published files write it: each part is added to what stands before it in parentheses of its own.
        package var source: String {
            switch self {
            case .digit(let digit): "\(digit)"
            case .operation(let operation, let parts):
                String(repeating: "( ", count: parts.count + 1) + operation.rawValue + parts.map { " \($0.source) )" }.joined() + " ] )"
            }
        }
    }

    // MARK: Drawing trees

    /// What trees there can be.
    package struct Shape: Hashable, Sendable {
        /// Lengths lie between these and are neither.
        package var shortest = 500
        package var longest = 2_000
        package var depth = 10
        package var parts = 10

        package init(shortest: Int = 500, longest: Int = 2_000, depth: Int = 10, parts: Int = 10) {
            self.shortest = shortest
            self.longest = longest
            self.depth = depth
            self.parts = parts
        }
    }

    /// How likely a node above the last level is a digit.
    private static let digitShare = 0.75

    /// A tree of any length that can be drawn; nil for one that grew too long.
    package static func drawn(_ shape: Shape, _ random: inout CorpusRandom) -> Tree? {
        var room = shape.longest - 1
        return node(depth: 1, shape, &room, &random)
    }

    /// A tree of the wanted length.
    package static func tree(_ shape: Shape, _ random: inout CorpusRandom) -> Tree {
        while true {
            if let tree = drawn(shape, &random), tree.length > shape.shortest { return tree }
        }
    }

    private static func node(depth: Int, _ shape: Shape, _ room: inout Int, _ random: inout CorpusRandom) -> Tree? {
        guard depth < shape.depth, !random.chance(digitShare) else {
            room -= 1
            return room < 0 ? nil : .digit(random.below(10))
        }
        room -= 2
        let operation = random.pick(Operation.allCases)
        var parts: [Tree] = []
        for _ in 0..<random.within(2...max(2, shape.parts)) {
            guard room >= 0, let part = node(depth: depth + 1, shape, &room, &random) else { return nil }
            parts.append(part)
        }
        return .operation(operation, parts)
    }

    // MARK: Tokens

    /// Pieces in the order of their ids, the first of which is 1; 0 stands for none.
    static let pieces = Operation.allCases.map(\.rawValue) + ["]"] + (0...9).map(String.init)
    /// Operations come first, then the end of any, then the digits.
    private static let firstOperation: Int32 = 1
    private static let firstDigit = Int32(pieces.count) - 9
    private static let ids = Dictionary(uniqueKeysWithValues: zip(pieces, Int32(1)...))

    /// Tokens of a source as the published files write it: parentheses say nothing and are left out. Nil if there is anything else in it.
    package static func tokens(of source: some StringProtocol) -> [Int32]? {
        var tokens: [Int32] = []
        for piece in source.split(separator: " ") where piece != "(" && piece != ")" {
            guard let id = ids[String(piece)] else { return nil }
            tokens.append(id)
        }
        return tokens
    }

    /// The value of tokens; nil if they are no expression.
    package static func value(of tokens: [Int32]) -> Int? {
        var open: [(operation: Operation, digits: [Int])] = [], result: Int?
        for token in tokens {
            guard result == nil, (1...Int32(pieces.count)).contains(token) else { return nil }
            var digit: Int?
            if let operation = Operation(rawValue: pieces[Int(token) - 1]) {
                open.append((operation, []))
            } else if let number = Int(pieces[Int(token) - 1]) {
                digit = number
            } else {
                guard let last = open.popLast(), !last.digits.isEmpty else { return nil }
                digit = last.operation.value(of: last.digits)
            }
            guard let digit else { continue }
            if open.isEmpty { result = digit } else { open[open.count - 1].digits.append(digit) }
        }
        return open.isEmpty ? result : nil
    }
}
