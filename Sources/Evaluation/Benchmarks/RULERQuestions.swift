import Training

/// RULER's answered questions: documents in a random order, some of which hold the answer. (Hsieh et al., RULER, 2024.)
struct RULERQuestions: Benchmark {
    let name: String
    let file: QuestionFile
    let place: TaskPlace

    let metric = Metric.stringMatchPart
    let replyTokens = 32
    var questionFile: QuestionFile? { file }

    static let tasks: [any Benchmark] = [
        RULERQuestions(name: "qa_1", file: .squad, place: .lookup), RULERQuestions(name: "qa_2", file: .hotpotqa, place: .chaining),
    ]

    private static let instruction =
        "Answer the question based on the given documents. Only give me the answer and do not output any other words."
    private static let answerOpening = " Answer:"

    func text(_ number: Int, length: Int, in workshop: Workshop) throws -> EvaluationText {
        guard let set = workshop.material.questions[file] else { throw EvaluationError.noQuestions(name, option: file.option) }
        var random = workshop.random(for: self, length: length, number: number)
        let instruction = workshop.encode(Self.instruction + "\n\nThe following are given documents.\n\n")
        let pages = Pages(set, workshop)
        let (asked, room) = try choose(number, length: length, from: set, instruction, pages, workshop)
        let numbers = pages.filling(room: room - instruction.count, with: asked, &random)
        var body: [Int32] = [], spans: [Range<Int>] = []
        for (place, document) in numbers.enumerated() {
            let page = pages.tokens(of: document, number: place + 1)
            if asked.gold.contains(document) { spans.append(body.count..<body.count + page.count) }
            body += page
        }
        let (tokens, start) = workshop.filled(instruction, body, room: room)
        let found = spans.map { $0.shifted(by: start) }
        return EvaluationText(
            tokens: tokens,
            questions: [
                EvaluationQuestion(
                    question: Self.question(asked.question), answerOpening: Self.answerOpening, references: asked.answers,
                    depth: found.count == 1 ? Double(found[0].lowerBound) / Double(tokens.count) : nil,
                    evidence: workshop.evidence(found, of: tokens, question: asked.question, hops: asked.gold.count))
            ])
    }

    private static func question(_ question: String) -> String { instruction + "\n\nQuestion: " + question }

    /// The question of a number, or a later one whose documents fit.
    private func choose(
        _ number: Int, length: Int, from set: QuestionSet, _ instruction: [Int32], _ pages: Pages, _ workshop: Workshop
    ) throws -> (question: QuestionSet.Question, room: Int) {
        // Cases take turns, so that no two come to the same question while there are others.
        var random = CorpusRandom(seed: workshop.seed, set.questions.count)
        let order = random.order(of: set.questions.count).map(Int.init)
        var refusal: EvaluationError?
        for place in stride(from: number % order.count, to: order.count, by: max(1, workshop.cases)) {
            let question = set.questions[order[place]]
            let least = instruction.count + pages.count(of: question.gold)
            do {
                let room = try workshop.room(
                    length: length, questions: [Self.question(question.question)], answerOpening: Self.answerOpening, least: least, of: self
                )
                return (question, room)
            } catch let error as EvaluationError {
                refusal = refusal ?? error
            }
        }
        throw refusal ?? EvaluationError.noQuestions(name, option: file.option)
    }
}

/// Documents as numbered pages of tokens.
private struct Pages {
    private let set: QuestionSet
    private let workshop: Workshop

    init(_ set: QuestionSet, _ workshop: Workshop) { (self.set, self.workshop) = (set, workshop) }

    func tokens(of document: Int, number: Int) -> [Int32] { workshop.encode("Document \(number):\n\(set.documents[document])\n\n") }

    /// Tokens of documents whatever their numbers are, at most.
    func count(of documents: [Int]) -> Int { documents.reduce(0) { $0 + count(of: $1) } }

    private func count(of document: Int) -> Int { tokens(of: document, number: Self.longestNumber).count }

    /// No page's number has more digits.
    private static let longestNumber = 88_888

    /// The documents of an answer and as many others as fit, those on its subject first, in a random order.
    func filling(room: Int, with question: QuestionSet.Question, _ random: inout CorpusRandom) -> [Int] {
        var left = room - count(of: question.gold), chosen = question.gold
        let near = question.related.shuffled(&random), taken = Set(question.gold + near)
        let far = random.order(of: set.documents.count).map(Int.init).filter { !taken.contains($0) }
        for document in near + far {
            let count = count(of: document)
            guard count <= left else { break }
            left -= count
            chosen.append(document)
        }
        return chosen.shuffled(&random)
    }
}
