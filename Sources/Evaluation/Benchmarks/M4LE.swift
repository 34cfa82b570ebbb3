/// M4LE's tasks: short ones made long by further instances of the same, in buckets of length. (Kwan et al., M4LE: A multi-ability multi-range
/// multi-task multi-domain long-context evaluation benchmark for large language models, 2024.)
struct M4LE: PublishedTask {
    private let task: String
    let metric: Metric
    let place: TaskPlace
    /// What ends an answer; each in turn.
    private let ends: [String]
    /// What else the released scorer calls the task's file.
    private let suffix: String

    static let suite = "m4le"
    static let tasks: [M4LE] =
        [
            M4LE("mnds-news_explicit-single", .sameAnswer, .discrimination, suffix: "_cls+ret"),
            M4LE("thucnews_explicit-single", .sameAnswer, .discrimination, suffix: "_cls+ret"),
            M4LE("newsqa", .containedAnyAnswer, .discrimination, ["\n", "."]),
            M4LE("c3", .containedAnyAnswer, .discrimination, ["\n", "。"]),
            M4LE("wow", .containedAnyAnswer, .discrimination, [",", "\n"]),
            M4LE("drcd_explicit-single", .containedAnyAnswer, .discrimination, ["，", "\n"], suffix: "_ret"),
            M4LE("cnnnews", .rougeRecall, .discrimination, ["\n"]), M4LE("cepsum", .rougeRecallChinese, .discrimination, ["\n"]),
            M4LE("lcsts", .rougeRecallChinese, .discrimination, ["\n"]), M4LE("ncls", .rougeRecallChinese, .discrimination, ["\n"]),
            M4LE("mnds-news_explicit-multiple", .identifiers, .aggregation, suffix: "_cls+ret"),
            M4LE("thucnews_explicit-multiple", .identifiers, .aggregation, suffix: "_cls+ret"),
            M4LE("marc", .identifiers, .aggregation), M4LE("online-shopping", .identifiers, .aggregation),
            M4LE("wikitext-103", .sameAnswer, .discrimination, ["."]), M4LE("wiki2019zh", .sameAnswer, .discrimination, ["。"]),
            M4LE("duorc", .containedAnyAnswer, .discrimination, ["\n", "."]),
            M4LE("nq-open", .containedAnyAnswer, .discrimination, ["\n", "."]),
            M4LE("dureader", .containedAnyAnswer, .discrimination, ["\n", "。"]),
            M4LE("drcd_semantic-single", .containedAnyAnswer, .discrimination, ["\n", "。"], suffix: "_qa"),
            M4LE("wikihow", .rougeRecall, .discrimination, ["\n"]), M4LE("news2016", .rougeRecallChinese, .discrimination, ["\n"]),
            M4LE("tedtalks-en2zh", .bleuChinese, .discrimination), M4LE("tedtalks-zh2en", .bleu, .discrimination),
            M4LE("mnds-news_semantic-multiple", .sameAnswer, .aggregation, ["."], suffix: "_cls+cnt"),
            M4LE("thucnews_semantic-multiple", .sameAnswer, .aggregation, ["。"], suffix: "_cls+cnt"),
            M4LE("hotpotqa", .containedAnyAnswer, .chaining, ["\n", "."]),
            M4LE("bigpatent_global_cls", .containedAnyAnswer, .aggregation, [":"]),
            M4LE("triviaqa", .containedAnyAnswer, .lookup, ["\n", "."]),
        ]
        + ["arxiv", "bigpatent_global_sum", "pubmed", "booksum"].map { M4LE($0, .rougeRecall, .aggregation, ["\n"]) }
        + ["cnewsum", "clts+"].map { M4LE($0, .rougeRecallChinese, .aggregation, ["\n", "新闻"]) }
        + ["open-subtitles", "news-commentary"].flatMap {
            [M4LE("\($0)-en2zh", .bleuChinese, .aggregation), M4LE("\($0)-zh2en", .bleu, .aggregation)]
        }

    private init(_ task: String, _ metric: Metric, _ place: TaskPlace, _ ends: [String] = [], suffix: String = "") {
        (self.task, self.metric, self.place, self.ends, self.suffix) = (task, metric, place, ends, suffix)
    }

    var name: String { "\(Self.suite)-\(task)" }
    /// The longest bucket; each record's own is its limit.
    var replyTokens: Int { Self.buckets.upperBound }
    var cut: PublishedText.Cut { .reply }
    var framing: SubjectFraming { .continuation }

    private static let buckets = 1...128_000

    func texts(in folder: PublishedFolder) throws -> [PublishedText] {
        try PublishedFile.records(file(in: folder)).map { fields in
            let (document, tail) = PublishedText.divided(try fields.text("instruction") + "\n" + fields.text("input"), "")
            var text = PublishedText(source: fields.source, document: document, questions: [try question(fields, tail)])
            text.replyTokens = try bucket(fields)
            return text
        }
    }

    private func file(in folder: PublishedFolder) throws(EvaluationError) -> String {
        let folders = ["data", "outputs"]
        if !suffix.isEmpty, let found = try? folder.file("\(task)\(suffix).jsonl", in: folders) { return found }
        return try folder.file("\(task).jsonl", in: folders)
    }

    private func bucket(_ fields: PublishedFields) throws(EvaluationError) -> Int {
        let bucket = try fields.integer("length_bucket")
        guard Self.buckets.contains(bucket) else { throw fields.failure("its \"length_bucket\" is no length from 1 to 128,000") }
        return bucket
    }

    private func question(_ fields: PublishedFields, _ tail: String) throws(EvaluationError) -> EvaluationQuestion {
        var references = try fields.texts("answers")
        // Counts end at their full stop.
        if task.hasSuffix("_semantic-multiple"), let end = ends.first {
            references = references.prefix(1).map { String($0.codePoints.split(at: end.codePoints)[0]) }
        }
        return EvaluationQuestion(question: tail, references: references, choices: listMarks, group: "\(try bucket(fields))")
    }

    /// What ends a list of names and what stands between them.
    private var listMarks: [String] {
        guard metric == .identifiers else { return [] }
        return ["thucnews_explicit-multiple", "online-shopping"].contains(task) ? ["。", "，"] : [".", ","]
    }

    func answer(in reply: String, to question: EvaluationQuestion) -> String {
        var answer = reply.codePoints
        if task == "news2016", answer.contains("\"") { answer = answer.split(at: ["\""])[1].stripped }
        for end in ends { answer = answer.split(at: end.codePoints)[0].stripped }
        return String(answer.stripped)
    }

    /// The published files of replies hold their records; one that the model failed at has no reply.
    func prediction(_ fields: PublishedFields, number: Int, questions: [EvaluationQuestion]) throws(EvaluationError) -> PublishedPrediction?
    {
        if fields.object["error"]?.bool == true { return nil }
        guard let reply = fields.object["gen_resp"]?.string else { return try ordered(fields, number: number, questions: questions) }
        let question = try question(fields, "")
        return PublishedPrediction(question: question, reply: answer(in: reply, to: question))
    }
}
