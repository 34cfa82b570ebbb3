import Diagnostics

/// Why no long records can be made of a source.
package enum LongRecordError: Failure, Equatable {
    case noLabels(String)
    case noQuestions(String)
    case tooFewItems(Int, needed: Int)
    case tooShort(bucket: Int, above: Int, reached: Int)
    case shortBook(tokens: Int, needed: Int)
    case noRoom(length: Int, needed: Int)
    case noDistractors(String, length: Int)

    package var kind: FailureKind {
        switch self {
        case .noLabels, .noQuestions, .tooFewItems, .shortBook, .noDistractors: .badData
        case .tooShort, .noRoom: .usage
        }
    }

    package var description: String {
        switch self {
        case .noLabels(let source): "\(source): the record has no text \"label\"; give each record its class under that name."
        case .noQuestions(let source):
            "\(source): the record has no text \"question\" with a list \"answers\"; give each record both under these names."
        case .tooFewItems(let count, let needed): "There are \(count) usable items and \(needed) are needed; name more texts."
        case .tooShort(let bucket, let above, let reached):
            "Records of more than \(above) and at most \(bucket) come to \(reached) only; name more texts, or give other --buckets."
        case .shortBook(let tokens, let needed):
            "The longest text has \(tokens) tokens and \(needed) are needed; name longer texts, or give a shorter --length."
        case .noRoom(let length, let needed):
            "A length of \(length) has no room beside the wording, which needs \(needed); give a longer one."
        case .noDistractors(let source, let length):
            "\(source): there are too few answers to this question and to those that share a tag with it for \(length) tokens; name more questions, or give a shorter --length."
        }
    }
}
