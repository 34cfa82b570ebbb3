import Training

/// RULER's variable tracking: a chain of assignments, each of the one before, scattered over lines that say nothing. (Hsieh et al., RULER, 2024.)
struct RULERVariables: Benchmark {
    let name = "vt"
    let metric = Metric.stringMatchAll
    let replyTokens = 30
    let place = TaskPlace.chaining

    private static let hops = 4
    private static let exampleValue = "12345"
    /// Lines that say nothing in the example.
    private static let exampleNoise = 10

    func text(_ number: Int, length: Int, in workshop: Workshop) throws -> EvaluationText {
        var random = workshop.random(for: self, length: length, number: number)
        let value = String(random.within(10_000...99_998))
        let question = question(about: value), noise = workshop.encode(NoiseLines.line)
        let instruction = workshop.encode(example(&random) + Self.instruction)
        let chain = chain(of: value, letters: 5, &random), items = chain.lines.map(workshop.encode)
        let taken = instruction.count + items.reduce(0) { $0 + $1.count }
        let room = try workshop.room(
            length: length, questions: [question.text], answerOpening: question.answer, least: taken + items.count * noise.count, of: self)
        let hay = Array(repeating: noise, count: (room - taken) / noise.count)
        let (tokens, spans) = workshop.lines(hay, hiding: items, behind: instruction, room: room, &random)
        return EvaluationText(
            tokens: tokens,
            questions: [
                EvaluationQuestion(
                    question: question.text, answerOpening: question.answer, references: chain.names,
                    evidence: workshop.evidence(spans, of: tokens, question: question.text, hops: Self.hops + 1))
            ])
    }

    private static let instruction =
        "Memorize and track the chain(s) of variable assignment hidden in the following text.\n\n"

    private func question(about value: String) -> (text: String, answer: String) {
        (
            "Question: Find all variables that are assigned the value \(value) in the text above.",
            " Answer: According to the chain(s) of variable assignment in the text above, \(Self.hops + 1) variables are assigned the value "
                + "\(value), they are: "
        )
    }

    private func chain(of value: String, letters: Int, _ random: inout CorpusRandom) -> (names: [String], lines: [String]) {
        var list = WordList(.letters(letters, from: "A"))
        let names = (0...Self.hops).map { _ in list.draw(&random) }
        return (names, ["VAR \(names[0]) = \(value)\n"] + zip(names, names.dropFirst()).map { "VAR \($1) = VAR \($0) \n" })
    }

    /// The task once in small, with its answer.
    private func example(_ random: inout CorpusRandom) -> String {
        let chain = chain(of: Self.exampleValue, letters: 3, &random), question = question(about: Self.exampleValue)
        let places = Array((0..<Self.exampleNoise).shuffled(&random).prefix(chain.lines.count)).sorted()
        let lines = (0..<Self.exampleNoise).map { (places.firstIndex(of: $0).map { chain.lines[$0] } ?? "") + NoiseLines.line }
        return Self.instruction + lines.joined() + question.text + question.answer + chain.names.joined(separator: " ") + "\n"
    }
}
