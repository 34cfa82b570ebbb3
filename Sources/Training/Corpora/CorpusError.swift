import Diagnostics

/// Why a corpus or a stream of it cannot be had.
package enum CorpusError: Failure, Equatable {
    /// A folder without text files, or no names at all.
    case noTexts(String)
    case tooLittle(stream: String, found: Int, needed: Int)
    case notASetting(name: String, value: String, allowed: String)
    /// The tokenizer lacks a mark that questions and answers need.
    case missingMark(String)

    package var kind: FailureKind {
        switch self {
        case .noTexts: .missingInput
        case .tooLittle, .missingMark: .badData
        case .notASetting: .usage
        }
    }

    package var description: String {
        switch self {
        case .noTexts(let place): "\(place): there are no text files (.txt) to train on; check the path."
        case .tooLittle(let stream, let found, let needed):
            "the \(stream) has \(found) tokens of text, and one step takes \(needed); give it more text or take smaller steps."
        case .notASetting(let name, let value, let allowed): "\(name) cannot be \(value); it must be \(allowed)."
        case .missingMark(let mark):
            "the tokenizer has no special token \(mark), which questions and answers are marked with; train one with `apus data tokenizer`."
        }
    }
}
