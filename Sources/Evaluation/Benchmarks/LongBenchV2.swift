/// LongBench v2: questions with four choices about texts of up to two million words. (Bai et al., LongBench v2: Towards deeper understanding and
/// reasoning on realistic long-context multitasks, 2025.)
struct LongBenchV2: PublishedTask {
    private enum Kind: String {
        case direct
        /// Without the text: what a model knows or guesses.
        case noContext = "no-context"

        var prompt: String { self == .direct ? "0shot.txt" : "0shot_no_context.txt" }
    }

    private let kind: Kind

    static let suite = "longbench-v2"
    static let tasks = [LongBenchV2(kind: .direct), LongBenchV2(kind: .noContext)]

    var name: String { "\(Self.suite)-\(kind.rawValue)" }
    let metric = Metric.choiceLetter
    let replyTokens = 128
    let place = TaskPlace(diffusion: .high, scope: .medium)
    var cut: PublishedText.Cut { .middleToFit }

    private static let temperature = 0.1

    func texts(in folder: PublishedFolder) throws -> [PublishedText] {
        let template = try PublishedFile.text(folder.file(kind.prompt, in: ["prompts", "v2_prompts"]))
        let parts = template.codePoints.split(at: "$DOC$".codePoints).map { String($0) }
        return try PublishedFile.records(folder.file("data.json", in: ["data"])).map { fields in
            let document = parts.count > 1 ? parts[0] + (try fields.text("context")).trimmingPythonSpace : ""
            let asked = try filled(parts.last ?? "", fields)
            let (head, tail) = parts.count > 1 ? (document, asked) : PublishedText.divided(asked, "")
            return PublishedText(source: fields.source, document: head, questions: [try question(fields, tail)])
        }
    }

    /// Each field is put in one after the other, as published.
    private func filled(_ text: String, _ fields: PublishedFields) throws(EvaluationError) -> String {
        var text = text.codePoints
        for (mark, name) in [
            ("$Q$", "question"), ("$C_A$", "choice_A"), ("$C_B$", "choice_B"), ("$C_C$", "choice_C"), ("$C_D$", "choice_D"),
        ] {
            text = text.replacing(mark.codePoints, with: try fields.text(name).codePoints.stripped)
        }
        return String(text)
    }

    private func question(_ fields: PublishedFields, _ tail: String) throws(EvaluationError) -> EvaluationQuestion {
        var question = EvaluationQuestion(
            question: tail, references: [try fields.text("answer")], group: fields.object["length"]?.string)
        question.labels = ["difficulty", "domain"].compactMap { fields.object[$0]?.string }
        question.temperature = Self.temperature
        return question
    }

    /// The published files of replies hold their records.
    func prediction(_ fields: PublishedFields, number: Int, questions: [EvaluationQuestion]) throws(EvaluationError) -> PublishedPrediction?
    {
        guard fields.object["answer"] != nil, let reply = fields.firstText(["response"] + PublishedPrediction.keys) else {
            return try ordered(fields, number: number, questions: questions)
        }
        return PublishedPrediction(question: try question(fields, ""), reply: reply)
    }
}

extension String {
    fileprivate var trimmingPythonSpace: String { String(codePoints.stripped) }
}
