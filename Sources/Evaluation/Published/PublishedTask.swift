/// A task of a published benchmark: how its records become prompts, and what replies are worth.
protocol PublishedTask: Sendable {
    /// As on the command line: "longbench-hotpotqa".
    var name: String { get }
    var metric: Metric { get }
    var replyTokens: Int { get }
    var place: TaskPlace { get }
    var cut: PublishedText.Cut { get }
    /// What frames its prompts.
    var framing: SubjectFraming { get }

    /// - Throws: `EvaluationError` with the file, the record and the field that cannot be used.
    func texts(in folder: PublishedFolder) throws -> [PublishedText]
    /// How a model judges its replies; nil where none does.
    /// - Throws: as for texts.
    func judging(in folder: PublishedFolder) throws -> (any Judging)?
    /// What of a reply is held against the references.
    func answer(in reply: String, to question: EvaluationQuestion) -> String
    /// A record of a published file of replies; nil for one that is not scored.
    ///
    /// - Parameters:
    ///   - number: which of the file's records it is, from 0.
    ///   - questions: those of the task's own data; empty where none was named.
    func prediction(_ fields: PublishedFields, number: Int, questions: [EvaluationQuestion]) throws(EvaluationError) -> PublishedPrediction?
}

extension PublishedTask {
    var cut: PublishedText.Cut { .none }
    var framing: SubjectFraming { .verbatim(system: nil) }
    func judging(in folder: PublishedFolder) throws -> (any Judging)? { nil }
    func answer(in reply: String, to question: EvaluationQuestion) -> String { reply }

    func prediction(_ fields: PublishedFields, number: Int, questions: [EvaluationQuestion]) throws(EvaluationError) -> PublishedPrediction?
    {
        try ordered(fields, number: number, questions: questions)
    }

    /// A reply to the question that stands at the record's "index", or else at the place of the record.
    func ordered(_ fields: PublishedFields, number: Int, questions: [EvaluationQuestion]) throws(EvaluationError) -> PublishedPrediction {
        guard let reply = fields.firstText(PublishedPrediction.keys) else {
            throw fields.failure("there is no reply \"\(PublishedPrediction.keys.joined(separator: "\", \""))\"")
        }
        guard !questions.isEmpty else { throw .noData(name) }
        let index = fields.object["index"]?.integer ?? number
        guard questions.indices.contains(index) else {
            throw fields.failure("there is no question number \(index); the data has \(questions.count)")
        }
        return PublishedPrediction(question: questions[index], reply: answer(in: reply, to: questions[index]), number: index)
    }
}

/// A reply that others had, and the question that it is one to.
struct PublishedPrediction {
    let question: EvaluationQuestion
    /// What of it is held against the references.
    let reply: String
    /// Which of the task's questions it answers, where that is known.
    var number: Int?

    /// By what published files call a reply.
    static let keys = ["pred", "prediction", "output", "response", "reply"]
}

/// A published task with the records of a folder.
struct PublishedBenchmark: Benchmark {
    let task: any PublishedTask
    private var texts: [PublishedText] = []
    private var segmenter: WordSegmenter?
    private(set) var judging: (any Judging)?
    private(set) var isLoaded = false

    init(_ task: any PublishedTask) { self.task = task }

    var name: String { task.name }
    var metric: Metric { segmenter == nil ? task.metric.withoutDictionary : task.metric }
    var replyTokens: Int { task.replyTokens }
    var place: TaskPlace { task.place }
    var framing: SubjectFraming { task.framing }
    var needsData: Bool { !isLoaded }

    func prepared(with folder: PublishedFolder) throws -> any Benchmark { try loaded(from: folder) }

    func loaded(from folder: PublishedFolder) throws -> PublishedBenchmark {
        var benchmark = self
        benchmark.texts = try task.texts(in: folder).filter { !$0.questions.isEmpty }
        benchmark.segmenter = folder.segmenter
        benchmark.judging = try task.judging(in: folder)
        benchmark.isLoaded = true
        return benchmark
    }

    /// With what Chinese words are told apart.
    func segmenting(by segmenter: WordSegmenter?) -> PublishedBenchmark {
        var benchmark = self
        benchmark.segmenter = segmenter
        return benchmark
    }

    var questions: [EvaluationQuestion] { texts.flatMap(\.questions) }

    func questionCount(cases: Int) -> Int { min(cases, texts.reduce(0) { $0 + $1.questions.count }) }

    /// As many texts as have so many questions, the first ones.
    func textCount(cases: Int, length: Int) -> Int {
        var left = cases
        return texts.prefix { text in
            defer { left -= text.questions.count }
            return left > 0
        }.count
    }

    func score(_ reply: String, of question: EvaluationQuestion) -> ReplyScore {
        measure(task.answer(in: reply, to: question), of: question)
    }

    /// What an answer is worth that has been found in its reply already.
    func measure(_ answer: String, of question: EvaluationQuestion) -> ReplyScore {
        metric.measure(answer, references: question.references, choices: question.choices, segmenter: segmenter)
    }

    /// The number of a question that was asked in a run.
    func number(of question: EvaluationQuestion) -> Int? {
        questions.firstIndex { $0.references == question.references && $0.question == question.question }
    }

    func text(_ number: Int, length: Int, in workshop: Workshop) throws -> EvaluationText {
        var text = texts[number]
        let before = texts[..<number].reduce(0) { $0 + $1.questions.count }
        text.questions = Array(text.questions.prefix(max(0, workshop.cases - before)))
        let frame = try workshop.framing("", "")
        let (fitted, isCut) = try text.fitted(
            task.cut, length: length, replyTokens: text.replyTokens ?? replyTokens, frame: frame, name: name, workshop: workshop)
        return EvaluationText(
            tokens: workshop.encode(fitted.opening + fitted.document), questions: fitted.questions, isCut: isCut,
            replyTokens: fitted.replyTokens)
    }
}

extension Metric {
    /// What stands in for it where there is no dictionary of Chinese words.
    fileprivate var withoutDictionary: Metric {
        switch self {
        case .qaF1Chinese: .characterF1
        case .rougeLChinese: .characterROUGE
        case .rougeRecallChinese: .characterROUGERecall
        default: self
        }
    }
}
