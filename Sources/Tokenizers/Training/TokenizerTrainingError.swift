import Diagnostics

/// Why a tokenizer cannot be trained.
package enum TokenizerTrainingError: Failure, Equatable {
    case size(Int, least: Int, most: Int)
    case special(String)
    case nothingToLearn
    case unknownForm(path: String)

    package var kind: FailureKind {
        switch self {
        case .size, .special, .unknownForm: .usage
        case .nothingToLearn: .badData
        }
    }

    package var description: String {
        switch self {
        case .size(let size, let least, let most):
            "a tokenizer of \(size) pieces cannot be made: at least \(least) are bytes and special tokens, and \(most) is the most."
        case .special(let name):
            "the special token \"\(name)\" has no name or that of another; give each a name of its own."
        case .nothingToLearn: "there is no text to train a tokenizer on; name files with text."
        case .unknownForm(let path): "\(path): a tokenizer is written as .gguf or .json; give the file one of these endings."
        }
    }
}
