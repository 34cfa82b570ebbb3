/// LongProc's score of how four numbers are made into another. (Ye et al., LongProc, 2025.)
enum CountdownScores {
    private static let heading = "# Search Procedure".codePoints
    private static let dropped = "drop this branch".codePoints

    /// - Parameters:
    ///   - reference: the right search, as `CountdownSearch` writes it.
    ///   - numbers: those that may be used, and behind them the one that is to be made.
    static func score(_ reply: String, reference: String, numbers: [Int]) -> StepScores {
        let reply = reply.codePoints, solution = TaggedText.inside("Solution", of: reply)
        if let solution, let target = numbers.last, solves(solution, Array(numbers.dropLast()), target) {
            return StepScores(accuracy: 1, partial: 1, extraction: 1)
        }
        guard reply.holds(heading) else { return StepScores(accuracy: 0, partial: 0, extraction: solution == nil ? 0 : 1) }
        let wanted = procedure(reference.codePoints).split(at: "Now we have found the target".codePoints)[0].stripped
        return StepScores(
            accuracy: 0, partial: partial(procedure(reply).lines, wanted.lines), extraction: solution == nil ? 0 : 1)
    }

    private static func procedure(_ text: CodePoints) -> CodePoints { (text.split(at: heading).last ?? []).stripped }

    /// Whether three equations use each number once and end with the target.
    private static func solves(_ solution: CodePoints, _ numbers: [Int], _ target: Int) -> Bool {
        let lines = solution.lines
        guard lines.count == 3 else { return false }
        var numbers = numbers
        for line in lines {
            guard let step = step(line), let first = numbers.firstIndex(of: step.first) else { return false }
            numbers.remove(at: first)
            guard let second = numbers.firstIndex(of: step.second) else { return false }
            numbers.remove(at: second)
            numbers.append(step.result)
        }
        return numbers.first == target
    }

    /// An equation that holds.
    private static func step(_ line: CodePoints) -> (first: Int, second: Int, result: Int)? {
        let sides = line.stripped.split(at: ["="])
        guard sides.count == 2, let mark = (["+", "-", "*", "/"] as CodePoints).first(where: { sides[0].contains($0) }) else { return nil }
        let operands = sides[0].split(at: [mark])
        guard operands.count == 2, let first = integer(operands[0]), let second = integer(operands[1]), let result = integer(sides[1])
        else {
            return nil
        }
        let value: (partialValue: Int, overflow: Bool) =
            switch mark {
            case "+": first.addingReportingOverflow(second)
            case "-": first.subtractingReportingOverflow(second)
            case "*": first.multipliedReportingOverflow(by: second)
            default: second != 0 && first.isMultiple(of: second) ? first.dividedReportingOverflow(by: second) : (0, true)
            }
        return !value.overflow && value.partialValue == result ? (first, second, result) : nil
    }

    private static func integer(_ text: CodePoints) -> Int? { Int(String(text.stripped)) }

    /// The place of the last line that was compared, as a share of all lines behind the first. Lines count by what they do: which numbers they
    /// take, what they try, and whether they drop it.
    private static func partial(_ lines: [CodePoints], _ wanted: [CodePoints]) -> Double {
        guard lines[0] == wanted[0], wanted.count > 1 else { return 0 }
        var last = -1
        for (line, wanted) in zip(lines.dropFirst(), wanted.dropFirst()) {
            last += 1
            if line == wanted { continue }
            let isTry = wanted.holds("|- Try".codePoints) && !wanted.holds("Pick two numbers".codePoints)
            guard isTry, line.split(at: ["="])[0] == wanted.split(at: ["="])[0], line.holds(dropped) == wanted.holds(dropped) else { break }
        }
        return Double(last) / Double(wanted.count - 1)
    }
}
