import ModelFiles

/// What commands print that write a model anew: the sizes before and after, and what is stored how.
struct RewritingReport {
    /// The name of the type or mixture that the weights are in now.
    let type: String
    let before: ModelSummary
    let after: ModelSummary
    let seconds: Double

    var json: JSON {
        [
            "bytes_after": .integer(after.fileBytes), "bytes_before": .integer(before.fileBytes), "input": .string(before.path),
            "output": .string(after.path), "seconds": .number(seconds), "storage": .array(after.types.map(\.json)),
            "tensors": .integer(after.tensors.count), "type": .string(type),
        ]
    }

    var text: String {
        let sizes = "\(Formatting.bytes(before.fileBytes)) became \(Formatting.bytes(after.fileBytes))"
        let line = "\(after.path): \(type), \(sizes) in \(Formatting.duration(seconds: seconds))".onOneLine
        return line + "\n\n" + Table(storage: after.types).text
    }
}
