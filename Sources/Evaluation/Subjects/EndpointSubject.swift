import Diagnostics
import Foundation
import Tokenizers

/// A model behind an endpoint that speaks the chat completions of OpenAI's interface.
///
/// Its own frame cannot be seen, so some tokens are kept free for it; texts are counted by a tokenizer of this machine.
package struct EndpointSubject: EvaluationSubject {
    package let endpoint: Endpoint
    package let tokenizer: Tokenizer
    /// Instructions for the model; nil for none.
    package let system: String?
    private var framing = SubjectFraming.question

    /// Room for the marks around a turn, and for what templates put before all.
    static let frameAllowance = 64

    package init(_ endpoint: Endpoint, tokenizer: Tokenizer, system: String?) {
        self.endpoint = endpoint
        self.tokenizer = tokenizer
        self.system = system.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A system's text that was asked for goes before that of a benchmark.
    package func framed(_ framing: SubjectFraming) -> any EvaluationSubject {
        var subject = EndpointSubject(endpoint, tokenizer: tokenizer, system: system ?? framing.system)
        subject.framing = framing
        return subject
    }

    package func identity() -> SubjectIdentity {
        SubjectIdentity(model: endpoint.model, endpoint: endpoint.name, method: "endpoint", system: system)
    }

    package func framingTokens(of question: String, answerOpening: String) -> Int {
        Self.frameAllowance + (system.map { tokenizer.encode($0).count } ?? 0)
            + tokenizer.encode(Array(framing.asked(question, answerOpening).utf8), continuesText: true).count
    }

    package func read(
        _ tokens: [Int32], reserved: Int, progress: @escaping ProgressHandler, cancellation: Cancellation
    ) -> any SubjectText {
        EndpointText(
            endpoint: endpoint, system: system, framing: framing,
            text: String(decoding: tokens.flatMap { tokenizer.piece($0) }, as: UTF8.self))
    }
}

/// A text that is sent anew with each question.
private struct EndpointText: SubjectText {
    let endpoint: Endpoint
    let system: String?
    let framing: SubjectFraming
    let text: String

    func ask(_ question: EvaluationQuestion, replyTokens: Int, cancellation: Cancellation) async throws -> SubjectReply {
        try await endpoint.complete(
            text + framing.asked(question.question, question.answerOpening), system: system, maxTokens: replyTokens,
            temperature: question.temperature, cancellation: cancellation)
    }
}

extension SubjectFraming {
    /// What follows the text. Few endpoints go on from an answer that is begun already, so its beginning stands at the end of the question.
    fileprivate func asked(_ question: String, _ answerOpening: String) -> String {
        (self == .question ? "\n\n" : "") + question + answerOpening
    }
}
