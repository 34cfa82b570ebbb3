import Training

/// "If a = + 1 ; c = - a ; … Then what is c ?": a chain of signs, its links in any order.
/// (Zhang et al., Unveiling Transformers with LEGO: A Synthetic Reasoning Task, 2022.)
package struct ClauseTask: LengthTask {
    package let name = "clauses"
    package let summary = "The sign at the end of a chain of so many clauses that stand in any order."
    package let publishedLength = 8
    package let words = Self.variables + ["If", "Then", "what", "is", "=", "+", "-", "1", ";", "?", "The", "answer", "."]

    /// As many as the longest chain may have.
    private static let variables = (0..<64).map { "v\($0)" }

    package init() {}

    package func example(length: Int, _ random: inout CorpusRandom) -> LengthExample {
        precondition(length <= Self.variables.count, "a chain of \(length) clauses")
        var names = Self.variables
        random.shuffle(&names)
        var sign = 1, clauses: [[String]] = []
        for link in 0..<length {
            let keeps = random.chance(0.5)
            if !keeps { sign = -sign }
            clauses.append([names[link], "=", keeps ? "+" : "-", link == 0 ? "1" : names[link - 1], ";"])
        }
        random.shuffle(&clauses)
        return LengthExample(
            ["If"] + clauses.joined() + ["Then", "what", "is", names[length - 1], "?"],
            ["The", "answer", "is", sign > 0 ? "+" : "-", "1", "."])
    }
}
