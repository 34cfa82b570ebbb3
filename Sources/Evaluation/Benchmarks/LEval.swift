/// L-Eval's tasks: several questions about one document each. (An et al., L-Eval: Instituting standardized evaluation for long context language
/// models, 2024.)
struct LEval: PublishedTask {
    private enum Kind { case examples, code, topics, fiction, exam, open }

    private let task: String
    let metric: Metric
    let place: TaskPlace
    private let kind: Kind

    let replyTokens = 512

    static let suite = "leval"
    static let tasks: [LEval] =
        [
            LEval("tpo", .singleChoice, .discrimination), LEval("quality", .singleChoice, .discrimination),
            LEval("coursera", .severalChoices, .discrimination), LEval("gsm100", .sum, .lookup, .examples),
            LEval("topic_retrieval_longchat", .containedAnswer, .discrimination, .topics),
            LEval("codeU", .programOutput, .chaining, .code), LEval("sci_fi", .judgements, .discrimination, .fiction),
        ]
        + ["financial_qa", "legal_contract_qa", "multidoc_qa", "natural_question", "scientific_qa"].map { LEval($0, .qaF1, .lookup, .open) }
        + [LEval("narrative_qa", .qaF1, .discrimination, .open)]
        + ["gov_report_summ", "meeting_summ", "news_summ", "paper_assistant", "patent_summ", "review_summ", "tv_show_summ"].map {
            LEval($0, .geometricROUGE, .aggregation, .open)
        }

    private init(_ task: String, _ metric: Metric, _ place: TaskPlace, _ kind: Kind = .exam) {
        (self.task, self.metric, self.place, self.kind) = (task, metric, place, kind)
    }

    var name: String { "\(Self.suite)-\(task)" }
    var cut: PublishedText.Cut { kind == .code ? .firstWords : .lastWords }
    var framing: SubjectFraming { .verbatim(system: system) }

    func texts(in folder: PublishedFolder) throws -> [PublishedText] {
        let parts = ["Closed-ended-tasks", "Open-ended-tasks"], folders = parts + parts.map { "LEval-data/\($0)" }
        return try PublishedFile.records(folder.file("\(task).jsonl", in: folders)).flatMap { fields -> [PublishedText] in
            let instructions = try fields.texts("instructions"), outputs = try fields.texts("outputs")
            guard instructions.count == outputs.count else { throw fields.failure("there are not as many outputs as instructions") }
            guard try isScored(fields) else { return [] }
            return texts(of: try fields.text("input"), Array(zip(instructions, outputs)), source: fields.source)
        }
    }

    /// Records for judges are not scored by rule.
    private func isScored(_ fields: PublishedFields) throws(EvaluationError) -> Bool {
        ["exam", "f1", "rouge"].contains(try fields.text("evaluation"))
    }

    private func texts(of document: String, _ items: [(instruction: String, output: String)], source: String) -> [PublishedText] {
        let hasHeading = [.exam, .fiction, .open].contains(kind)
        let text = PublishedText(
            source: source, opening: hasHeading ? "Document is as follows. " : "", document: document,
            questions: items.enumerated().map { number, item in
                EvaluationQuestion(
                    question: tail(item.instruction, item.output), answerOpening: answerOpening,
                    references: [kind == .fiction ? Self.judgement(item.output, 0) : item.output],
                    group: group(number))
            })
        return [text] + (kind == .fiction ? items.map { Self.factText($0.instruction, $0.output, source: source) } : [])
    }

    private func group(_ number: Int) -> String? {
        switch kind {
        case .topics: ["first topic", "second topic", "third topic"][number % 3]
        case .fiction: "loyalty"
        default: nil
        }
    }

    /// The files of replies hold all that they are scored by.
    func prediction(_ fields: PublishedFields, number: Int, questions: [EvaluationQuestion]) throws(EvaluationError) -> PublishedPrediction?
    {
        guard try isScored(fields) else { return nil }
        guard let reply = fields.object.first(where: { $0.key.contains("_pred") })?.value.string else {
            throw fields.failure("there is no reply with a name that ends with \"_pred\"")
        }
        return PublishedPrediction(
            question: EvaluationQuestion(
                question: try fields.text("query"), references: [try fields.text("gt")], group: kind == .topics ? group(number) : nil),
            reply: reply)
    }
}

// MARK: - Wording, as published

extension LEval {
    private var system: String {
        switch kind {
        case .examples:
            "Given several question answer pairs, you need to follow a similar format to answer the last question. Make sure the response is "
                + "end with The answer is _ . "
        case .topics:
            "Below is a record of our previous conversation on many different topics. You are the ASSISTANT, and I am the USER. At the "
                + "beginning of each topic, the USER will say 'I would like to discuss the topic of <TOPIC>'. Memorize each <TOPIC>. At the "
                + "end of the record, I will ask you to retrieve the first/second/third topic names. Now the record start. "
        case .code:
            "Now you are given a code base consisting of a large amount of functions and the corresponding comments. In the end, I will call "
                + "some functions defined in the code base. Please carefully read these codes and comments and answer the question."
        case .fiction:
            "Now you are given a scientific fiction. I will ask you some questions and the answer should be \"True\" or \"False\". Notice that "
                + "you should answer the question based on the evidence in the document instead of your background knowledge."
        case .exam where metric == .severalChoices:
            "Now you are given a very long document. Please follow the instruction based on this document. For multi-choice questions, there "
                + "could be a sinlge correct option or multiple correct options. Please only provide the letter corresponding to the answer "
                + "(like A or AB) when answering. "
        case .exam:
            "Now you are given a very long document. Please follow the instruction based on this document. For multi-choice questions, there "
                + "is only a sinlge correct option. Please only provide the letter corresponding to the answer (like A or B) when answering. "
                + "For other questions, please directly give the concise and accurate answer. "
        case .open:
            "Now you are given a very long document. Please follow the instruction after this document. These instructions may include "
                + "summarizing a document, answering questions based on the document, or writing a required paragraph. "
        }
    }

    /// What stands behind the document. Open questions say how many words their reference has.
    private func tail(_ instruction: String, _ output: String) -> String {
        switch kind {
        case .examples, .code, .topics: "\n\n" + instruction
        case .exam, .fiction:
            " \nQuestion: \(instruction).  Please directly give the answer without any additional output or explanation "
        case .open: " Instruction: \(instruction) \nAnswer this question with \(output.codePoints.words.count) words."
        }
    }

    private var answerOpening: String { kind == .exam || kind == .fiction ? "\nAnswer:" : "" }

    /// The question once more, about the world and without the document.
    private static func factText(_ instruction: String, _ output: String, source: String) -> PublishedText {
        let asked = instruction.replacing(
            "based on the world described in the document.", with: "based on the real-world knowledge and facts up until your last training"
        )
        return PublishedText(
            source: source, document: asked,
            questions: [
                EvaluationQuestion(
                    question: "Please directly answer without any additional output or explanation. \nAnswer:",
                    references: [judgement(output, 1)], group: "fact")
            ])
    }

    /// One of the two values of "True [fact: False]".
    private static func judgement(_ output: String, _ side: Int) -> String {
        let said = LEvalExams.judgements(output)
        return String(side == 0 ? said.loyalty : said.fact ?? [])
    }
}
