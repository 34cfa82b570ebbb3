import Diagnostics

/// Why no token could be chosen, or no probability given.
public enum SamplingError: Failure, Equatable {
    /// The options contradict their ranges; every reason is listed.
    case invalidOptions(reasons: [String])
    /// No logit of the vocabulary can be chosen: each is NaN or minus infinity.
    case noUsableLogit(vocabularyCount: Int, notNumbers: Int)
    /// No token that a grammar allows can be chosen.
    case nothingAllowed(allowedCount: Int)
    /// A bias was given for a token outside the vocabulary.
    case biasOutsideVocabulary(token: Int, vocabularyCount: Int)
    /// A measurement met a NaN; it would be wrong with or without that token.
    case notANumber(token: Int)
    /// A probability was asked for a token outside the vocabulary.
    case unknownToken(token: Int, vocabularyCount: Int)

    public var kind: FailureKind {
        switch self {
        case .invalidOptions, .unknownToken, .biasOutsideVocabulary: .usage
        case .noUsableLogit, .nothingAllowed, .notANumber: .badData
        }
    }

    public var description: String {
        switch self {
        case .invalidOptions(let reasons):
            return "these sampling options cannot be used: " + reasons.joined(separator: "; ")
        case .noUsableLogit(let vocabularyCount, let notNumbers):
            return "no token can be chosen: of \(vocabularyCount) logits \(notNumbers) are NaN and the others minus infinity; "
                + "the model file may be damaged, which its checksum would show, or a value overflowed, which a cache of f32 may avoid"
        case .nothingAllowed(let allowedCount):
            return "no token can be chosen: the reply's grammar allows \(allowedCount) tokens here, and "
                + (allowedCount > 0 ? "the logit of each is NaN or minus infinity" : "the vocabulary has no piece for what must come")
        case .biasOutsideVocabulary(let token, let vocabularyCount):
            return "the logit bias names token \(token), and the vocabulary ends at \(vocabularyCount - 1); "
                + "take ids from the tokenizer of this model"
        case .notANumber(let token):
            return "the logit of token \(token) is NaN, so no probability can be measured; "
                + "the model file may be damaged, which its checksum would show, or a value overflowed, which a cache of f32 may avoid"
        case .unknownToken(let token, let vocabularyCount):
            return "token \(token) has no probability: the vocabulary ends at \(vocabularyCount - 1); "
                + "use the tokenizer that belongs to the model"
        }
    }
}
