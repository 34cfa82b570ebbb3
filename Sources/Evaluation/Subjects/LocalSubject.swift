import Diagnostics
import Generation
import Tokenizers

/// A model on this machine that reads in one way.
package struct LocalSubject: EvaluationSubject {
    package let model: Model
    package let reading: ReadingOptions

    package init(_ model: Model, reading: ReadingOptions) {
        self.model = model
        self.reading = reading
    }

    package var tokenizer: Tokenizer { model.tokenizer }

    /// A system's text that was asked for goes before that of a benchmark.
    package func framed(_ framing: SubjectFraming) -> any EvaluationSubject {
        var reading = reading
        reading.wording = framing.wording
        reading.system = reading.system ?? framing.system
        return LocalSubject(model, reading: reading)
    }

    package func identity() throws -> SubjectIdentity {
        let measured = try model.identity(with: reading)
        return SubjectIdentity(
            model: measured.model, fingerprint: measured.fingerprint, method: measured.method, positions: measured.positions,
            cacheType: measured.cacheType, window: measured.window, frame: measured.frame, system: measured.system)
    }

    package func framingTokens(of question: String, answerOpening: String) throws -> Int {
        try model.framingTokens(of: question, beginning: answerOpening, options: reading)
    }

    package func read(
        _ tokens: [Int32], reserved: Int, progress: @escaping ProgressHandler, cancellation: Cancellation
    ) async throws -> any SubjectText {
        LocalText(
            reading: try await model.read(
                tokens: tokens, options: reading, reserved: reserved, progress: progress, cancellation: cancellation))
    }
}

/// A text that was read once; each question is asked on a fork.
private struct LocalText: SubjectText {
    let reading: Reading

    /// So that replies that are sampled come out the same in every run; 42 is what LongBench-Write's published runs begin with.
    private static let samplingSeed: UInt64 = 42

    func ask(_ question: EvaluationQuestion, replyTokens: Int, cancellation: Cancellation) async throws -> SubjectReply {
        let sampling = SamplingOptions(temperature: question.temperature, seed: Self.samplingSeed)
        let options = GenerationOptions(sampling: sampling, maxTokens: replyTokens)
        let pieces = reading.ask(question.question, beginning: question.answerOpening, options: options, cancellation: cancellation)
        for try await piece in pieces {
            if let report = piece.report {
                return SubjectReply(
                    text: report.text, visited: report.tokens.visited, tokensPerSecond: report.timing.tokensPerSecond)
            }
        }
        throw Interrupted()
    }
}
