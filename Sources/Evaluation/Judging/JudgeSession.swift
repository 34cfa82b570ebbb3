import Diagnostics
import Foundation

/// Asks a judge, and keeps each answer that is of use as soon as it is there. What was answered once is not asked again, by a later run neither;
/// what was of no use is.
package final class JudgeSession {
    private let judge: Judge?
    private let sandbox: ProgramSandbox?
    private let file: ResultFile<JudgeAnswer>
    private let cancellation: Cancellation

    /// - Parameter folder: of the verdicts, for them alone.
    /// - Throws: `EvaluationError` where the folder cannot be written.
    init(_ judge: Judge?, sandbox: ProgramSandbox?, folder: String, cancellation: Cancellation) throws {
        (self.judge, self.sandbox) = (judge, sandbox)
        self.cancellation = cancellation
        file = try ResultFile(in: folder)
    }

    var swapsParts: Bool { judge?.swapsParts ?? false }
    var answerCount: Int { file.results.count }

    /// - Parameters:
    ///   - maxTokens: of the answer; nil leaves that to the judge.
    ///   - attempts: how often it is asked while its answers cannot be read.
    ///   - reading: what an answer says; nil for what is no answer.
    /// - Throws: `UnusableVerdict` after so many attempts; what endpoints throw.
    func ask<Value>(
        _ message: String, for purpose: String, temperature: Double = 0, maxTokens: Int? = nil, attempts: Int,
        reading: (String) -> Value?
    ) async throws -> Value {
        guard let judge else { throw NoReply(description: "nobody judges") }
        let key = Fingerprint(
            of: [judge.endpoint.model, judge.endpoint.name, "\(temperature)", message].joined(separator: "\u{0}").utf8)
        if let known = file.results[key], let value = reading(known.answer) { return value }
        var last = ""
        for _ in 0..<attempts {
            try cancellation.check("judging")
            last = try await judge.endpoint.complete(
                message, system: nil, maxTokens: maxTokens, temperature: temperature, cancellation: cancellation
            ).text
            guard let value = reading(last) else { continue }
            try file.add(JudgeAnswer(key: key, judge: judge.name, purpose: purpose, answer: last))
            return value
        }
        throw UnusableVerdict(judge: judge.name, answer: last)
    }

    /// Has a program tested, on a thread of its own: that takes seconds.
    func run(_ code: String, tests: [ProgramSandbox.Test]) async throws -> ProgramSandbox.Outcome {
        guard let sandbox else { throw NoReply(description: "no program may be run") }
        let lines = tests.flatMap { $0.input + ["\u{1}"] + $0.output }
        let key = Fingerprint(of: ([code] + lines).joined(separator: "\u{0}").utf8)
        if let known = file.results[key].flatMap({ ProgramSandbox.Outcome(rawValue: $0.answer) }) { return known }
        try cancellation.check("running programs")
        let outcome = await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: sandbox.outcome(of: code, tests: tests)) }.start()
        }
        try file.add(JudgeAnswer(key: key, judge: "g++", purpose: "program", answer: outcome.rawValue))
        return outcome
    }
}
