import Diagnostics

/// A model behind an endpoint that says what replies are worth.
package struct Judge: Sendable {
    package let endpoint: Endpoint
    /// Hands LongSafety's judge risks and summary each in the other's place, as the released script does.
    package var swapsParts = false

    package init(_ endpoint: Endpoint, swapsParts: Bool = false) {
        self.endpoint = endpoint
        self.swapsParts = swapsParts
    }

    /// "gpt-4o-mini at http://host/v1/chat/completions".
    package var name: String { "\(endpoint.model) at \(endpoint.name)" }
}

/// Who says what replies are worth that no rule can tell.
package enum VerdictSource: Sendable {
    /// A model that reads them.
    case judge
    /// Tests of the programs that they are.
    case programs
}

/// How a model judges the replies to a benchmark, or tests do.
package protocol Judging: Sendable {
    var source: VerdictSource { get }
    /// What the verdicts are measured by.
    var metric: Metric { get }
    /// Whether replies have no score without a judge.
    var isNeeded: Bool { get }
    /// How many texts in a row belong to one record, whose replies are judged together.
    var textsPerRecord: Int { get }

    /// - Parameters:
    ///   - replies: all of one record, in the order of its texts.
    ///   - record: counted from 0.
    /// - Throws: `NoReply` or `UnusableVerdict` where this record got no verdict and others may; `Interrupted`; any other error where it is of
    ///   no use to go on.
    func verdict(on replies: [EvaluationResult], record: Int, by session: JudgeSession) async throws -> ReplyScore
}

extension Judging {
    package var source: VerdictSource { .judge }
}

/// A judge answered so often what is no verdict that it was not asked again.
struct UnusableVerdict: Failure, Equatable {
    let judge: String
    let answer: String

    /// Characters of an answer that a message shows.
    private static let shown = 80

    var kind: FailureKind { .internal }

    var description: String {
        "the judge \(judge) answered what is no verdict: \(answer.isEmpty ? "nothing" : String(answer.prefix(Self.shown)))"
    }
}

/// What a judge said: a line of the file of verdicts.
struct JudgeAnswer: KeyedResult, Equatable {
    /// Over the judge and all that it was sent.
    let key: Fingerprint
    let judge: String
    /// What it was asked for: "risks".
    let purpose: String
    let answer: String
}
