/// LongBench's 21 tasks in English, Chinese and code. (Bai et al., LongBench: A bilingual, multitask benchmark for long context understanding,
/// 2024.)
struct LongBench: PublishedTask {
    private let task: String
    let metric: Metric
    let replyTokens: Int
    let place: TaskPlace
    /// Whether a chat template goes around the prompt; few-shot and code tasks are gone on with as they are.
    private let isChat: Bool

    static let suite = "longbench"
    static let tasks: [LongBench] = [
        LongBench("narrativeqa", .qaF1, 128, .discrimination), LongBench("qasper", .qaF1, 128, .lookup),
        LongBench("multifieldqa_en", .qaF1, 64, .lookup), LongBench("multifieldqa_zh", .qaF1Chinese, 64, .lookup),
        LongBench("hotpotqa", .qaF1, 32, .chaining), LongBench("2wikimqa", .qaF1, 32, .chaining),
        LongBench("musique", .qaF1, 32, .chaining), LongBench("dureader", .rougeLChinese, 128, .discrimination),
        LongBench("gov_report", .rougeL, 512, .aggregation), LongBench("qmsum", .rougeL, 512, .aggregation),
        LongBench("multi_news", .rougeL, 512, .aggregation), LongBench("vcsum", .rougeLChinese, 512, .aggregation),
        LongBench("trec", .classification, 64, .aggregation, isChat: false),
        LongBench("triviaqa", .firstLineF1, 32, .lookup, isChat: false),
        LongBench("samsum", .firstLineROUGE, 128, .discrimination, isChat: false),
        LongBench("lsht", .classification, 64, .aggregation, isChat: false),
        LongBench("passage_count", .count, 32, .aggregation), LongBench("passage_retrieval_en", .retrieval, 32, .discrimination),
        LongBench("passage_retrieval_zh", .retrievalChinese, 32, .discrimination),
        LongBench("lcc", .codeSimilarity, 64, .lookup, isChat: false),
        LongBench("repobench-p", .codeSimilarity, 64, .discrimination, isChat: false),
    ]

    private init(_ task: String, _ metric: Metric, _ replyTokens: Int, _ place: TaskPlace, isChat: Bool = true) {
        (self.task, self.metric, self.replyTokens, self.place, self.isChat) = (task, metric, replyTokens, place, isChat)
    }

    var name: String { "\(Self.suite)-\(task)" }
    var cut: PublishedText.Cut { .middle }
    var framing: SubjectFraming { isChat ? .verbatim(system: nil) : .continuation }

    /// Records from `TASK.jsonl`, their prompt from `dataset2prompt.json`.
    func texts(in folder: PublishedFolder) throws -> [PublishedText] {
        let templates = try folder.file("dataset2prompt.json", in: ["config", "LongBench/config"])
        guard let template = try PublishedFile.json(templates).object?[task]?.string.flatMap(PromptTemplate.init) else {
            throw EvaluationError.badRecord(file: templates, place: "\"\(task)\"", reason: "there is no prompt with fields in braces")
        }
        let records = try PublishedFile.records(folder.file("\(task).jsonl", in: ["data", "LongBench/data"]))
        return try records.map { fields in
            let values = ["context": try fields.text("context"), "input": try fields.text("input")]
            guard let prompt = template.filled(values, dividedBehind: "context") else {
                throw EvaluationError.badRecord(file: templates, place: "\"\(task)\"", reason: "it has fields besides context and input")
            }
            let (document, tail) = PublishedText.divided(prompt.0, prompt.1)
            return PublishedText(source: fields.source, document: document, questions: [try question(fields, tail)])
        }
    }

    private func question(_ fields: PublishedFields, _ tail: String) throws(EvaluationError) -> EvaluationQuestion {
        EvaluationQuestion(
            question: tail, references: try fields.texts("answers"), choices: try classes(fields),
            group: fields.object["length"]?.integer.map(bucket))
    }

    private func classes(_ fields: PublishedFields) throws(EvaluationError) -> [String] {
        metric == .classification ? try fields.texts("all_classes") : []
    }

    /// The buckets of LongBench-E, by words or characters.
    private func bucket(_ length: Int) -> String { length < 4000 ? "0-4k" : length < 8000 ? "4-8k" : "8k+" }

    /// The files of replies hold all that they are scored by.
    func prediction(_ fields: PublishedFields, number: Int, questions: [EvaluationQuestion]) throws(EvaluationError) -> PublishedPrediction?
    {
        guard fields.object["answers"] != nil else { return try ordered(fields, number: number, questions: questions) }
        guard let reply = fields.firstText(PublishedPrediction.keys) else { throw fields.failure("there is no text \"pred\"") }
        return PublishedPrediction(question: try question(fields, ""), reply: reply)
    }
}
