import Training

/// Texts with as many facts as they can hide, each read once and asked about all of its facts.
///
/// A text that is long enough has all of them; of shorter ones there are several, among which the facts and their depths are dealt out.
struct LongFacts: Benchmark {
    let name = "long-facts"
    let metric = Metric.exactAnswer
    let replyTokens = 24
    let place = TaskPlace.discrimination

    /// Tokens of text for every fact, so that facts stay few among the rest.
    private static let tokensPerFact = 256

    func textCount(cases: Int, length: Int) -> Int {
        let most = max(1, length / Self.tokensPerFact)
        return (cases + most - 1) / most
    }

    func text(_ number: Int, length: Int, in workshop: Workshop) throws -> EvaluationText {
        guard workshop.cases <= PlantedFact.most else { throw EvaluationError.tooManyFacts(workshop.cases, most: PlantedFact.most) }
        let all = PlantedFact.draw(workshop.cases, seed: workshop.seed, 0)
        let own = stride(from: number, to: all.count, by: textCount(cases: all.count, length: length))
        let facts = own.map { all[$0] }, depths = own.map { workshop.depth(of: $0, among: all.count) }
        let planted = facts.map { workshop.encode(" " + $0.sentence) }
        let taken = planted.reduce(0) { $0 + $1.count }
        let room = try workshop.room(length: length, questions: facts.map(\.question), least: taken, of: self)
        let (tokens, spans) = workshop.haystack.text(of: room, hiding: Array(zip(planted, depths)))
        return EvaluationText(
            tokens: tokens,
            questions: facts.indices.map { place in
                let question = facts[place].question
                return EvaluationQuestion(
                    question: question, references: [facts[place].answer], depth: depths[place],
                    evidence: workshop.evidence([spans[place]], of: tokens, question: question, distractors: facts.count - 1))
            })
    }
}
