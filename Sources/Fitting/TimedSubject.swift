import Diagnostics
import Evaluation
import Generation
import Tokenizers

/// A model that reads in one way, with a clock and a scale beside it.
struct TimedSubject: EvaluationSubject {
    let subject: LocalSubject
    let record: TrialRecord

    var tokenizer: Tokenizer { subject.tokenizer }

    func identity() throws -> SubjectIdentity { try subject.identity() }

    func framingTokens(of question: String, answerOpening: String) throws -> Int {
        try subject.framingTokens(of: question, answerOpening: answerOpening)
    }

    func read(
        _ tokens: [Int32], reserved: Int, progress: @escaping ProgressHandler, cancellation: Cancellation
    ) async throws -> any SubjectText {
        let began = ContinuousClock.now, arena = subject.model.arena
        arena.forgetMost()
        let text = try await subject.read(tokens, reserved: reserved, progress: progress, cancellation: cancellation)
        let content = tokens.withUnsafeBytes { Fingerprint(of: $0) }
        try await record.add(
            TrialRecord.Part(
                key: content, kind: .reading, seconds: (ContinuousClock.now - began).seconds, cacheBytes: arena.mostBytesInUse))
        return TimedText(text: text, content: content, subject: self)
    }
}

/// A text that was read once, and is asked with a clock beside it.
private struct TimedText: SubjectText {
    let text: any SubjectText
    let content: Fingerprint
    let subject: TimedSubject

    func ask(_ question: EvaluationQuestion, replyTokens: Int, cancellation: Cancellation) async throws -> SubjectReply {
        let began = ContinuousClock.now, arena = subject.subject.model.arena
        arena.forgetMost()
        let reply = try await text.ask(question, replyTokens: replyTokens, cancellation: cancellation)
        try await subject.record.add(
            TrialRecord.Part(
                key: Fingerprint(of: "\(content) \(question.question)".utf8), kind: .answer,
                seconds: (ContinuousClock.now - began).seconds, tokensPerSecond: reply.tokensPerSecond,
                cacheBytes: arena.mostBytesInUse))
        return reply
    }
}
