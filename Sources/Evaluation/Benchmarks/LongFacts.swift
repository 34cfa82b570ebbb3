import Training

/// One text with many facts at evenly spread depths, read once and asked about each of them.
struct LongFacts: Benchmark {
    let name = "long-facts"
    let metric = Metric.exactAnswer
    let replyTokens = 24
    let place = TaskPlace.discrimination

    func textCount(cases: Int) -> Int { 1 }
    func questionCount(cases: Int) -> Int { cases }

    func text(_ number: Int, length: Int, in workshop: Workshop) throws -> EvaluationText {
        guard workshop.cases <= PlantedFact.most else { throw EvaluationError.tooManyFacts(workshop.cases, most: PlantedFact.most) }
        let facts = PlantedFact.draw(workshop.cases, seed: workshop.seed, number)
        let planted = facts.map { workshop.encode(" " + $0.sentence) }
        let taken = planted.reduce(0) { $0 + $1.count }
        let room = try workshop.room(length: length, questions: facts.map(\.question), least: taken, of: self)
        let depths = facts.indices.map { workshop.depth(of: $0, among: facts.count) }
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
