import Diagnostics
import Evaluation

/// One length at which every candidate that is still in is asked about the same facts.
package struct Round: Codable, Hashable, Sendable {
    /// Tokens of a text with its question and the reply.
    package let length: Int
    /// Facts that are asked for.
    package let cases: Int

    /// The fewest facts that tell anything.
    private static let fewestCases = 8

    /// Cheap rounds first, the wanted length last.
    ///
    /// Where the length is beyond the model's window, the first round is beyond it, too: what does not go farther fails there as well as
    /// anywhere.
    package static func rounds(window: Int, length: Int, cases: Int) -> [Round] {
        let few = min(cases, max(fewestCases, cases / 2)), last = Round(length: length, cases: cases)
        func early(_ length: Int) -> Round { Round(length: length, cases: few) }
        switch length {
        case ...window: return [early(max(1, length / 4)), last]
        // With few facts, a round of its own would find nothing new.
        case ...(2 * window): return few < cases ? [early(length), last] : [last]
        case ...(8 * window): return [early(2 * window), last]
        default:
            // The window doubled as often as leads about half of the way.
            var middle = 4 * window
            while 2 * middle * middle <= window * length { middle *= 2 }
            return [early(2 * window), early(middle), last]
        }
    }
}

/// One thing to measure of one candidate.
package struct Trial: Hashable, Sendable {
    package enum Test: Hashable, Sendable {
        /// Planted facts: how many of them are found, and how fast.
        case facts(Round)
        /// How well a text of so many tokens is predicted, by position.
        case perplexity(length: Int)
    }

    package let candidate: Candidate
    package let test: Test

    /// Of the text, in tokens.
    package var length: Int {
        switch test {
        case .facts(let round): round.length
        case .perplexity(let length): length
        }
    }

    /// "infllm:8:55:512:64 at 2048 tokens".
    package var title: String {
        switch test {
        case .facts(let round): "\(candidate.name) at \(round.length) tokens"
        case .perplexity(let length): "\(candidate.name), perplexity over \(length) tokens"
        }
    }
}

/// What became of a trial.
package enum TrialOutcome: Equatable, Sendable {
    case facts(Measurement)
    case perplexity(PositionPerplexity, seconds: Double)
    /// It took longer than it was given.
    case stopped(seconds: Double)
    /// The method could not do it.
    case failed(reason: String)

    /// That it took.
    package var seconds: Double {
        switch self {
        case .facts(let measurement): measurement.seconds
        case .perplexity(_, let seconds), .stopped(let seconds): seconds
        case .failed: 0
        }
    }
}

/// What was found and how fast, of one candidate at one length.
package struct Measurement: Codable, Equatable, Sendable {
    package let length: Int
    /// Share of the facts whose answers are right, word for word.
    package let recall: MeanScore
    /// The same by tenths of the text's depth, its beginning first; nil where no fact stood.
    package let recallByDepth: [Double?]
    /// Reading a text: the median.
    package let readingSeconds: Double
    /// Reading a question and answering it: the median.
    package let answerSeconds: Double
    /// Written after the first token of an answer: the median; nil where no answer had a second.
    package let tokensPerSecond: Double?
    /// The most that keys and values took at a time.
    package let cacheBytes: Int
    /// That the trial took.
    package let seconds: Double

    package init(
        length: Int, recall: MeanScore, recallByDepth: [Double?] = [], readingSeconds: Double, answerSeconds: Double,
        tokensPerSecond: Double? = nil, cacheBytes: Int = 0, seconds: Double
    ) {
        self.length = length
        self.recall = recall
        self.recallByDepth = recallByDepth
        self.readingSeconds = readingSeconds
        self.answerSeconds = answerSeconds
        self.tokensPerSecond = tokensPerSecond
        self.cacheBytes = cacheBytes
        self.seconds = seconds
    }

    /// From nothing to the answer to the first question.
    package var firstAnswerSeconds: Double { readingSeconds + answerSeconds }

    /// Tokens of the text a second, up to that answer: what a person waits for.
    package var speed: Double { Double(length) / max(firstAnswerSeconds, 1e-9) }
}
