import Training

/// One number in a long text of sentences that say nothing. (Mohtashami and Jaggi, Landmark Attention, 2023.)
struct Passkey: Benchmark {
    let name = "passkey"
    let metric = Metric.firstNumber
    let replyTokens = 16
    let place = TaskPlace.lookup

    private static let task =
        "There is an important info hidden inside a lot of irrelevant text. Find it and memorize it. "
        + "I will quiz you about the important information there."
    private static let filler = " The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again."
    private static let question = "What is the pass key?"
    private static let keys = 1...50_000

    func text(_ number: Int, length: Int, in workshop: Workshop) throws -> EvaluationText {
        var random = CorpusRandom(seed: workshop.seed, 1, length, number)
        let key = random.within(Self.keys), depth = workshop.depth(of: number, among: workshop.cases)
        let task = workshop.encode(Self.task + "\n")
        let told = workshop.encode("\nThe pass key is \(key). Remember it. \(key) is the pass key.\n")
        let taken = task.count + told.count
        let room = try workshop.room(length: length, questions: [Self.question], least: taken, of: self) - taken
        let before = Int((Double(room) * depth).rounded())
        let unit = workshop.encode(Self.filler)
        func filler(_ count: Int) -> [Int32] { (0..<count).map { unit[$0 % unit.count] } }
        let tokens = task + filler(before) + told + filler(room - before), start = task.count + before
        return EvaluationText(
            tokens: tokens,
            questions: [
                EvaluationQuestion(
                    question: Self.question, references: [String(key)], depth: depth,
                    evidence: workshop.evidence([start..<start + told.count], of: tokens, question: Self.question))
            ])
    }
}
