/// LongProc's scores of procedures that are written down step by step. (Ye et al., LongProc: Benchmarking long-context language models on long
/// procedural generation, 2025.)
struct StepScores: Equatable {
    /// 1 if all is right.
    let accuracy: Double
    /// How far it is right.
    let partial: Double
    /// 1 if an answer could be found in the reply.
    let extraction: Double

    var figures: [String: Double] { ["partial_accuracy": partial, "extraction_rate": extraction] }

    static let none = StepScores(accuracy: 0, partial: 0, extraction: 0)

    /// A route, line by line.
    static func route(_ reply: String, reference: String) -> StepScores {
        guard let route = TaggedText.inside("Route", of: reply.codePoints) else { return .none }
        let wanted = reference.codePoints.stripped
        if route == wanted { return StepScores(accuracy: 1, partial: 1, extraction: 1) }
        let lines = zip(wanted.lines, route.lines).map(==)
        let reached = (lines.firstIndex(of: false) ?? lines.count - 1) + 1
        return StepScores(accuracy: 0, partial: Double(reached) / Double(wanted.lines.count), extraction: 1)
    }

    /// What someone believes, step by step, in lines that begin with a hyphen.
    static func beliefs(_ reply: String, reference: String) -> StepScores {
        let said = steps(of: reply), wanted = steps(of: reference)
        if said == wanted { return StepScores(accuracy: 1, partial: 1, extraction: 1) }
        let right = zip(said, wanted).prefix { $0 == $1 }.count
        return StepScores(accuracy: 0, partial: Double(right) / Double(max(1, wanted.count)), extraction: 1)
    }

    private static func steps(of text: String) -> [CodePoints] {
        let lines = text.codePoints.splitLines.filter { $0.stripped.first == "-" }
        // An indented line is none, but for the first, as in the published scorer.
        return CodePoints(lines.joined(separator: ["\n"])).stripped.lines.filter { $0.first == "-" }
            .map { CodePoints($0.dropFirst()).normalized(dropping: beliefWords, marks: ["’"]) }.filter { !$0.isEmpty }
    }

    private static let beliefWords = Set(
        "a an the on in at step thinks think believes believe is are of location know knows belief".split(separator: " ").map {
            String($0).codePoints
        })
}
