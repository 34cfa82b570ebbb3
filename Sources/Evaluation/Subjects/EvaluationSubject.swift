import Diagnostics
import Tokenizers

/// What is tested: a model on this machine that reads in one way, or one behind an endpoint.
package protocol EvaluationSubject: Sendable {
    /// By which texts are counted.
    var tokenizer: Tokenizer { get }
    /// What tells its answers from those of others.
    /// - Throws: where it cannot serve as wished.
    func identity() throws -> SubjectIdentity
    /// How many tokens it adds to a text of which a question is asked: what stands before the text, the question, and all up to where the
    /// reply begins.
    func framingTokens(of question: String, answerOpening: String) throws -> Int
    /// The same model with something else around its prompts.
    func framed(_ framing: SubjectFraming) -> any EvaluationSubject
    /// Takes up a text, to be asked about it.
    /// - Parameter reserved: tokens that replies may take.
    func read(
        _ tokens: [Int32], reserved: Int, progress: @escaping ProgressHandler, cancellation: Cancellation
    ) async throws -> any SubjectText
}

extension EvaluationSubject {
    package func framed(_ framing: SubjectFraming) -> any EvaluationSubject { self }
}

/// A text that a subject can be asked about.
package protocol SubjectText: Sendable {
    /// - Throws: `NoReply` where this question got none and others may; `Interrupted`; any other error where it is of no use to go on.
    func ask(_ question: EvaluationQuestion, replyTokens: Int, cancellation: Cancellation) async throws -> SubjectReply
}

package struct SubjectReply: Equatable, Sendable {
    package let text: String
    /// Cached keys that the last query's attention visited; nil where that cannot be known.
    package var visited: Int?
    /// Tokens of all that was sent, by the subject's own count, where it tells.
    package var promptTokens: Int?
    /// Tokens of the reply after the first, over the time that they took, where that is known.
    package var tokensPerSecond: Double?
}

/// A question got no reply, for a reason that need not hold for others.
package struct NoReply: Failure, Equatable {
    package let description: String

    package var kind: FailureKind { .internal }
}

/// A subject as far as its answers depend on it.
package struct SubjectIdentity: Codable, Hashable, Sendable {
    package let model: String
    package var fingerprint: Fingerprint?
    /// Where the model is, if it is not here.
    package var endpoint: String?
    package let method: String
    package var positions: String?
    package var cacheType: String?
    /// The longest context in tokens that the model is used with.
    package var window: Int?
    package var frame: String?
    package var system: String?
}
