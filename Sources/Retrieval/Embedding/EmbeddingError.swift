import Diagnostics

/// Why texts cannot be embedded.
package enum EmbeddingError: Failure, Equatable {
    case unknownPooling(path: String)
    case unsupportedPooling([String], file: String)
    case unsupportedModule(String, file: String)
    case invalidSetting(String, file: String, expected: String)
    case textTooLong(number: Int, tokens: Int, window: Int)
    case noTokens(number: Int)
    case foreignToken(number: Int, token: Int32, vocabulary: Int)
    case noRoom(prefixTokens: Int, window: Int)
    case onlyEncoders(option: String)

    package var kind: FailureKind {
        switch self {
        case .unknownPooling, .textTooLong, .noTokens, .foreignToken, .noRoom, .onlyEncoders: .usage
        case .unsupportedPooling, .unsupportedModule, .invalidSetting: .badData
        }
    }

    package var description: String {
        let names = Pooling.allCases.map(\.rawValue).joined(separator: ", ")
        return switch self {
        case .unknownPooling(let path):
            "\(path): the model's files do not say how its states become one vector; choose it with --pooling (\(names))."
        case .unsupportedPooling(let modes, let file):
            "\(file): the pooling \(modes.isEmpty ? "" : modes.joined(separator: " with ") + " ")is not supported; supported is one of "
                + "\(names)."
        case .unsupportedModule(let type, let file):
            "\(file): the model has a part of the type \(type), which is not supported; supported are Transformer, Pooling and Normalize."
        case .invalidSetting(let name, let file, let expected):
            "\(file): \(name) must be \(expected); the file is damaged or of another kind."
        case .textTooLong(let number, let tokens, let window):
            "Text \(number) has \(tokens) tokens and the model reads at most \(window); split the text, or cut it with --truncate."
        case .noTokens(let number):
            "Text \(number) is empty, and this model adds no tokens of its own; leave the text out."
        case .foreignToken(let number, let token, let vocabulary):
            "Text \(number) has token \(token), and the model's tokens go from 0 to \(vocabulary - 1)."
        case .onlyEncoders(let option):
            "\(option) is for encoders, and this model is a decoder; leave it out."
        case .noRoom(let prefixTokens, let window):
            "The prefix and the tokens around a text take \(prefixTokens) of the \(window) tokens that the model reads, so that no room is "
                + "left for the text; shorten the prefix."
        }
    }
}
