import ModelFiles

/// One of a user's own short texts, with what is known about it.
package struct ShortRecord: Sendable {
    /// Where it was read: "news.jsonl, line 3".
    let source: String
    let text: String
    let label: String?
    let question: String?
    let answers: [String]

    /// Reads lines of JSON or a JSON array: `{"text", "label", "question", "answers"}`, of which only the text must be there.
    /// - Throws: `EvaluationError` with the file, the record and the field that cannot be used.
    package static func read(_ paths: [String]) throws(EvaluationError) -> [ShortRecord] {
        var records: [ShortRecord] = []
        for path in paths {
            for fields in try PublishedFile.records(path) {
                let answers = fields.object["answers"] == nil ? [] : try fields.texts("answers")
                records.append(
                    ShortRecord(
                        source: fields.source, text: try fields.text("text"), label: fields.object["label"]?.string,
                        question: fields.object["question"]?.string, answers: answers))
            }
        }
        return records
    }
}
