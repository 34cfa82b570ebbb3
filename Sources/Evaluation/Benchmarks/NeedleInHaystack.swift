/// One remarkable sentence at a depth of a long text. (Kamradt, Needle In A Haystack, 2023; scored without a judge, by key words.)
struct NeedleInHaystack: Benchmark {
    let name = "needle"
    let metric = Metric.keyWords
    let replyTokens = 48
    let place = TaskPlace.lookup

    private static let needle =
        "\nThe best thing to do in San Francisco is eat a sandwich and sit in Dolores Park on a sunny day.\n"
    private static let question = "What is the best thing to do in San Francisco?"
    private static let keyWords = ["sandwich", "Dolores Park", "sunny day"]

    func text(_ number: Int, length: Int, in workshop: Workshop) throws -> EvaluationText {
        let needle = workshop.encode(Self.needle)
        let depth = workshop.depth(of: number, among: workshop.cases)
        let room = try workshop.room(length: length, questions: [Self.question], least: needle.count, of: self)
        let (tokens, spans) = workshop.haystack.text(of: room, hiding: [(needle, depth)])
        return EvaluationText(
            tokens: tokens,
            questions: [
                EvaluationQuestion(
                    question: Self.question, references: Self.keyWords, depth: depth,
                    evidence: workshop.evidence(spans, of: tokens, question: Self.question))
            ])
    }
}
