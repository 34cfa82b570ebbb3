import Foundation
import Training

/// RULER's frequent words: made-up words whose frequencies fall with the square of their rank; the first rank is noise. (Hsieh et al., RULER,
/// 2024.)
struct RULERFrequentWords: Benchmark {
    let name = "fwe"
    let metric = Metric.stringMatchAll
    let replyTokens = 50
    let place = TaskPlace.aggregation

    /// Words asked for.
    private static let asked = 3
    private static let letters = 6
    private static let noise = "..."
    private static let question =
        "Question: Do not provide any explanation. Please ignore the dots '....'. What are the three most frequently appeared words in the "
        + "above coded text?"
    private static let answerOpening = " Answer: According to the coded text above, the three most frequently appeared words are:"
    private static let instruction =
        "Read the following coded text and track the frequency of each coded word. Find the three most frequently appeared coded words."

    /// Times that the word of a rank comes among so many, from 1: `⌊words / (rank² ζ(2))⌋`.
    static func times(rank: Int, among words: Int) -> Int {
        Int(Double(words) / (Double(rank * rank) * Double.pi * Double.pi / 6))
    }

    /// Different words in a text of some length, of which only the first ranks come at all.
    static func vocabulary(length: Int) -> Int { max(asked + 1, length / 50) }

    func text(_ number: Int, length: Int, in workshop: Workshop) throws -> EvaluationText {
        var random = workshop.random(for: self, length: length, number: number)
        var list = WordList(.letters(Self.letters, from: "a"))
        let words = [Self.noise] + (1..<Self.vocabulary(length: length)).map { _ in list.draw(&random) }
        let tokens = words.map { workshop.encode(" " + $0) }, instruction = workshop.encode(Self.instruction)
        func total(_ count: Int) -> Int {
            tokens.indices.reduce(0) { $0 + Self.times(rank: $1 + 1, among: count) * tokens[$1].count }
        }
        // Below this the words asked for do not come twice, or not more often than those that follow.
        let least = (1...).first { Self.times(rank: Self.asked + 1, among: $0) > 1 } ?? 0
        let room = try workshop.room(
            length: length, questions: [Self.question], answerOpening: Self.answerOpening, least: instruction.count + total(least), of: self
        )
        let count = largest(in: least...max(least, length * 2)) { total($0) <= room - instruction.count } ?? least
        var ranks = tokens.indices.flatMap { Array(repeating: $0, count: Self.times(rank: $0 + 1, among: count)) }
        random.shuffle(&ranks)
        let (text, start) = workshop.filled(instruction, ranks.flatMap { tokens[$0] }, room: room)
        return EvaluationText(
            tokens: text,
            questions: [
                EvaluationQuestion(
                    question: Self.question, answerOpening: Self.answerOpening, references: Array(words[1...Self.asked]),
                    evidence: workshop.evidence([start..<text.count], of: text, question: Self.question))
            ])
    }
}
