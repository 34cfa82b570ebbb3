/// What may be wrong with a `tokenizer.json` and the files beside it.
package enum TokenizerFileProblem: Sendable, Equatable {
    case invalidField(String, expected: String)
    case unknownComponent(String, at: String, known: [String])
    case invalidPattern(String, at: String, reason: String)
    case tooDeep(String, most: Int)
    case unboundedGrowth(String, most: Int)
    case farToken(Int, count: Int)
    case duplicateToken(String, String, identifier: Int)
    case noTokenizer(known: [String])
    case unknownClass(String, known: [String])
    /// Of a tokenizer that is to be described in another file.
    case notDescribable(in: String, reason: String)

    var explanation: String {
        switch self {
        case .invalidField(let field, let expected):
            "\(field) should be \(expected); the file is damaged or of a newer kind"
        case .unknownComponent(let name, let place, let known):
            "\(place) is of the kind \"\(name)\", which is not known; those known are \(known.joined(separator: ", "))"
        case .invalidPattern(let pattern, let place, let reason):
            "the regular expression \(pattern.prefix(80)) at \(place) \(reason); it cannot be used"
        case .tooDeep(let place, let most):
            "\(place) lies more than \(most) parts deep; the file is damaged"
        case .unboundedGrowth(let place, let most):
            "\(place) could make a text more than \(most) times as long; the file is damaged"
        case .farToken(let identifier, let count):
            "a token has the number \(identifier) in a vocabulary of \(count) tokens; the file is damaged"
        case .duplicateToken(let first, let second, let identifier):
            "\"\(first)\" and \"\(second)\" both have the number \(identifier); correct one of them"
        case .noTokenizer(let known):
            "there is no tokenizer in this folder; it should hold one of \(known.joined(separator: ", "))"
        case .notDescribable(let format, let reason):
            "this tokenizer cannot be described in a \(format), as \(reason)"
        case .unknownClass(let name, let known):
            "the tokenizer class \(name) needs a tokenizer.json; without one, those known are \(known.joined(separator: ", "))"
        }
    }
}
