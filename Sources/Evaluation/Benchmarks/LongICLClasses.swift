/// LongICLBench's tasks of public classification sets: one class each for a comment, a query or two sentences.
/// (Li et al., Long-context LLMs struggle with long in-context learning, 2024.)
struct LongICLClasses: PublishedTask {
    private enum Kind: String, CaseIterable { case emotions = "goemotion", intents = "banking77", conjunctions = "discovery" }

    private let kind: Kind
    private let rounds: Int
    /// Whether the examples of a class stand together.
    private let isGrouped: Bool

    static let tasks = tasks(isGrouped: false)
    static let groupedTasks = tasks(isGrouped: true)

    private static func tasks(isGrouped: Bool) -> [LongICLClasses] {
        Kind.allCases.flatMap { kind in (1...5).map { LongICLClasses(kind: kind, rounds: $0, isGrouped: isGrouped) } }
    }

    var name: String { "\(isGrouped ? LongICLBench.groupedSuite : LongICLBench.suite)-\(kind.rawValue)-\(rounds)r" }
    let replyTokens = 100
    let place = TaskPlace.aggregation
    var framing: SubjectFraming { .continuation }
    var metric: Metric { kind == .conjunctions ? .conjunction : .label }

    private static let questions = 500

    /// One text of examples, which is read once for all questions.
    func texts(in folder: PublishedFolder) throws -> [PublishedText] {
        let set = set, train = try ClassifiedFile("train", of: set, in: folder), test = try ClassifiedFile("test", of: set, in: folder)
        var examples = try LabelWalk.rounds(train, rounds: rounds, classCount: set.names.count, label: \.label)
        if isGrouped { examples = LabelWalk.grouped(examples, label: \.label) }
        let asked = try LabelWalk.rounds(test, rounds: testRounds, classCount: set.names.count, label: \.label).prefix(Self.questions)
        return [
            PublishedText(
                source: train.source, document: instruction + examples.map { opening($0) + $0.label + "\n" }.joined(),
                questions: asked.map { example in
                    EvaluationQuestion(question: opening(example), references: [example.label], query: example.texts.last ?? "")
                })
        ]
    }

    /// How the set's files are called and what is in them.
    private var set: ClassifiedSet {
        switch kind {
        case .emotions:
            ClassifiedSet(
                folders: ["goemotion", "goemotions", "go_emotions"], texts: ["text"], labels: ["labels", "label"],
                names: ClassNames.emotions, columns: ["text", "labels", "id"], hasSeveralClasses: true)
        case .intents:
            ClassifiedSet(
                folders: ["banking77", "banking_data"], texts: ["text"], labels: ["category", "label_text", "label"],
                names: ClassNames.intents)
        case .conjunctions:
            ClassifiedSet(
                folders: ["discovery"], texts: ["sentence1", "sentence2"], labels: ["label"], names: ClassNames.conjunctions)
        }
    }

    /// Rounds over the test set that the published questions come from.
    private var testRounds: Int {
        switch kind {
        case .emotions: 25
        case .intents: 7
        case .conjunctions: 4
        }
    }

    /// The published files of replies hold the class that is right.
    func prediction(_ fields: PublishedFields, number: Int, questions: [EvaluationQuestion]) throws(EvaluationError) -> PublishedPrediction?
    {
        guard let label = fields.object["label"]?.string, let said = fields.object["pred"]?.string else {
            return try ordered(fields, number: number, questions: questions)
        }
        return PublishedPrediction(question: EvaluationQuestion(question: "", references: [label]), reply: said)
    }

    func answer(in reply: String, to question: EvaluationQuestion) -> String {
        LabelledReplies.label(reply, query: question.query, cue: cue, next: next)
    }
}

// MARK: - Prompts, as published

extension LongICLClasses {
    private var instruction: String {
        let task =
            switch kind {
            case .emotions: "Given a comment, please predict the emotion category of this comment."
            case .intents: "Given a customer service query, please predict the intent of the query."
            case .conjunctions: "Given two sentence1 and sentence2, please predict the conjunction word between the two sentences."
            }
        return task + " The predict answer must come from the demonstration examples with the exact format. The examples are as follows: \n"
    }

    /// An example up to where its class begins.
    private func opening(_ example: ClassifiedText) -> String {
        switch kind {
        case .emotions: "comment: \(example.texts[0])\n\(cue) "
        case .intents: "service query: \(example.texts[0])\n\(cue) "
        case .conjunctions: "\(example.texts[0]) ( ) \(example.texts[1])\n\(cue)  "
        }
    }

    private var cue: String {
        switch kind {
        case .emotions: "emotion category:"
        case .intents: "intent category:"
        case .conjunctions: "the most suitable conjunction word in the previous ( ) is"
        }
    }

    /// What the next example begins with, where a reply goes on with one.
    private var next: String? {
        switch kind {
        case .emotions: "comment: "
        case .intents: "service query"
        case .conjunctions: nil
        }
    }
}
