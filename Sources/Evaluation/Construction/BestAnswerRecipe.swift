import ModelFiles
import Tokenizers
import Training

/// Ada-LEval's BestAnswer at any length: the accepted answer to a question among the others to it and, as far as there is room, among answers to
/// questions that share a tag with it. (Wang et al., Ada-LEval, 2024.)
package struct BestAnswerRecipe: Sendable {
    private struct Asked: Sendable {
        let source: String
        let identifier: String
        let question: String
        let answers: [String]
        let accepted: Int
        let tags: [String]
    }

    private let tokenizer: Tokenizer
    private let questions: [Asked]
    private let length: Int

    /// Reads questions in the form of Ada-LEval's own files: `{"question_id", "question", "all_answers", "answer": "A2", "tags"}`.
    /// - Throws: `EvaluationError` with the file, the record and the field that cannot be used.
    package init(_ paths: [String], length: Int, tokenizer: Tokenizer) throws(EvaluationError) {
        (self.tokenizer, self.length) = (tokenizer, length)
        var questions: [Asked] = []
        for path in paths {
            for fields in try PublishedFile.records(path) { questions.append(try Self.asked(fields)) }
        }
        self.questions = questions
    }

    private static func asked(_ fields: PublishedFields) throws(EvaluationError) -> Asked {
        let answers = try fields.texts("all_answers"), designation = try fields.text("answer")
        guard designation.hasPrefix("A"), let number = Int(designation.dropFirst()), (1...max(1, answers.count)).contains(number),
            !answers.isEmpty
        else { throw fields.failure("its \"answer\" is none of \"all_answers\"; write it as A1, A2, …") }
        return Asked(
            source: fields.source, identifier: fields.object["question_id"]?.string ?? fields.place, question: try fields.text("question"),
            answers: answers, accepted: number - 1, tags: fields.object["tags"] == nil ? [] : try fields.texts("tags"))
    }

    package var count: Int { questions.count }

    /// The question number `number` in the form of Ada-LEval's files, as long as whole answers make it and no longer than wished.
    /// - Throws: `LongRecordError.noRoom` where not even the accepted answer fits; `noDistractors` where there are too few others to come near the
    ///   length.
    package func record(_ number: Int, _ random: inout CorpusRandom) throws(LongRecordError) -> JSONValue {
        let asked = questions[number], accepted = asked.answers[asked.accepted]
        var own = asked.answers.indices.filter { $0 != asked.accepted }.map { asked.answers[$0] }
        var others = questions.indices.filter { $0 != number && !Set(questions[$0].tags).isDisjoint(with: asked.tags) }
            .flatMap { questions[$0].answers }
        random.shuffle(&own)
        random.shuffle(&others)
        var chosen = [accepted], left = length - tokens(AdaLEval.bestAnswerPrompt(asked.question, []))
        left -= cost(accepted)
        guard left >= 0 else { throw .noRoom(length: length, needed: length - left) }
        var isFull = false
        for answer in own + others where !chosen.contains(answer) {
            let cost = cost(answer)
            guard cost <= left else {
                isFull = true
                continue
            }
            left -= cost
            chosen.append(answer)
        }
        guard isFull, chosen.count > 1 else { throw .noDistractors(asked.source, length: length) }
        random.shuffle(&chosen)
        return .object(
            JSONObject([
                ("question_id", .string(asked.identifier)), ("question", .string(asked.question)),
                ("all_answers", .array(chosen.map { .string($0) })),
                ("answer", .string("A\((chosen.firstIndex(of: accepted) ?? 0) + 1)")), ("tags", .array(asked.tags.map { .string($0) })),
            ]))
    }

    private func tokens(_ text: String) -> Int { tokenizer.encode(text).count }
    /// Tokens of an answer with its designation.
    private func cost(_ answer: String) -> Int { tokens("A1000:\n\n\(answer)\n\n") }
}
