import Attention
import Diagnostics
import Tokenizers

/// The landmarks of a method that wants one behind every block of regular tokens.
///
/// They stand in the text like any token, are set by whoever reads it, and are never chosen by the model: what it would say after a landmark
/// is what it would have said before.
struct LandmarkTokens {
    /// How a vocabulary names the landmark.
    static let piece = "<landmark>"

    private let id: Int32
    /// Tokens of a block, of which the last is the landmark.
    private let block: Int

    /// - Returns: nil for a method without landmarks.
    /// - Throws: where the model has none.
    init?(_ policy: any AttentionPolicy, tokenizer: Tokenizer) throws(LandmarkError) {
        guard let block = policy.needs.landmarkEvery else { return nil }
        guard let id = tokenizer.id(ofSpecial: Self.piece) else { throw .noLandmark(method: policy.name) }
        self.id = id
        self.block = block
    }

    func isLandmark(_ token: Int32) -> Bool { token == id }

    /// Tokens with a landmark wherever their positions ask for one and none stands yet.
    /// - Parameter position: of the first of them.
    func inserted(into tokens: some Sequence<Int32>, from position: Int) -> [Int32] {
        var result: [Int32] = []
        for token in tokens {
            if isDue(at: position + result.count), token != id { result.append(id) }
            result.append(token)
        }
        return result
    }

    /// Whether a landmark stands at a position.
    func isDue(at position: Int) -> Bool { position % block == block - 1 }
}

extension ReadText {
    /// The text with landmarks; those that it has stay.
    func inserting(_ landmarks: LandmarkTokens?) -> ReadText {
        guard let landmarks else { return self }
        let opening = landmarks.inserted(into: self.tokens[..<openingTokens], from: 0)
        var tokens = opening, ends: [Int] = []
        for (token, end) in zip(self.tokens[openingTokens...], self.ends) {
            let more = landmarks.inserted(into: [token], from: tokens.count)
            // A landmark ends where the text before it does.
            if more.count > 1 { ends.append(ends.last ?? 0) }
            tokens += more
            ends.append(end)
        }
        return ReadText(documents: documents, openingTokens: opening.count, tokens: tokens, ends: ends)
    }
}

/// Why landmarks cannot be set.
enum LandmarkError: Failure, Hashable {
    case noLandmark(method: String)
    case otherBlocks(method: String, readWith: String)

    var kind: FailureKind { .usage }

    var description: String {
        switch self {
        case .noLandmark(let method):
            "The method \(method) needs a model that was trained with landmarks, and the vocabulary of this one has no \(LandmarkTokens.piece); "
                + "without that training no token can stand for a block."
        case .otherBlocks(let method, let readWith):
            "The text was read with \(readWith) and has its landmarks; the method \(method) wants them elsewhere or not at all, so read the "
                + "text again."
        }
    }
}
