import Evaluation
import Foundation
import Generation

/// What to use, and why.
package struct Recommendation: Codable, Equatable, Sendable {
    /// For questions about texts.
    package let candidate: Candidate
    /// For all that a method for questions alone cannot do: conversations, plain continuation, saved readings, serving; nil where nothing
    /// can.
    package let elsewhere: Candidate?
    /// Two sentences for people, a further one where there is an `elsewhere` of its own, and one where what led did not come to the end.
    package let reasons: [String]

    /// What of the accuracy in the model's window is as good as all of it.
    package static let kept = 0.95

    /// The fastest of those that cannot be told from the best one by their intervals, and keep what the model finds within its window if the
    /// best one does.
    ///
    /// - Parameters:
    ///   - windowRecall: what the model finds within its window; nil where the length is within it.
    ///   - memoryLimit: bytes that keys and values may take.
    /// - Returns: nil where nothing was measured at the wanted length that keeps to the limit.
    package init?(among entries: [Entry], length: Int, windowRecall: MeanScore?, memoryLimit: Int? = nil) {
        let finalists = entries.filter { entry in entry.final.map { $0.cacheBytes <= memoryLimit ?? .max } ?? false }
        guard let chosen = Self.choice(finalists, windowRecall), let measured = chosen.final else { return nil }
        candidate = chosen.candidate
        let others = finalists.filter { $0.candidate.scope == .everything }
        let other = chosen.candidate.scope == .everything ? chosen : Self.choice(others, windowRecall)
        elsewhere = other?.candidate
        var reasons = [
            Self.found(measured, by: chosen, among: finalists, length: length, windowRecall: windowRecall),
            Self.took(measured, chosen, among: Self.contenders(finalists, windowRecall), memoryLimit: memoryLimit),
        ]
        if other?.candidate != chosen.candidate { reasons.append(Self.besides(chosen.candidate, other)) }
        let missing = [chosen, other].lazy.compactMap { $0 }.compactMap { entry in
            Self.missing(among: entries.filter { $0.candidate.scope.covers(entry.candidate.scope) }, length: length, beside: entry)
        }
        if let missing = missing.first { reasons.append(missing) }
        self.reasons = reasons
    }

    /// Those that may be as good as the best one.
    private static func contenders(_ finalists: [Entry], _ windowRecall: MeanScore?) -> [Entry] {
        guard let best = finalists.compactMap(\.final).max(by: { $0.recall.score < $1.recall.score }) else { return [] }
        let wanted = (windowRecall?.score ?? 0) * kept, least = best.recall.score >= wanted ? wanted : 0
        return finalists.filter { entry in
            entry.final.map { $0.recall.score >= max(best.recall.interval[0], least) } ?? false
        }
    }

    private static func choice(_ finalists: [Entry], _ windowRecall: MeanScore?) -> Entry? {
        contenders(finalists, windowRecall).max { one, other in
            (one.final?.speed ?? 0, one.final?.recall.score ?? 0) < (other.final?.speed ?? 0, other.final?.recall.score ?? 0)
        }
    }

    // MARK: In words

    private static func found(
        _ measured: Measurement, by chosen: Entry, among finalists: [Entry], length: Int, windowRecall: MeanScore?
    ) -> String {
        let scores = finalists.compactMap(\.final).map(\.recall.score), most = scores.max() ?? 0
        let rank =
            if measured.recall.score < most {
                "which cannot be told from the most that any found, \(most.percent)"
            } else {
                scores.count { $0 == most } > 1 ? "as much as any" : "the most of all"
            }
        let window = windowRecall.map { "; within its window the model finds \($0.score.percent)" } ?? ""
        return "\(chosen.candidate.name) finds \(measured.recall.score.percent) (\(measured.recall.range)) of the facts in a text of "
            + "\(length) tokens, \(rank)\(window)."
    }

    private static func took(_ measured: Measurement, _ chosen: Entry, among contenders: [Entry], memoryLimit: Int?) -> String {
        let alone = contenders.count == 1 ? "No other finds as much" : "Of the \(contenders.count) that find as much it is the fastest"
        let limit = memoryLimit.map { ", within the limit of \(bytes($0))" } ?? ""
        return "\(alone): the first answer takes \(seconds(measured.firstAnswerSeconds)) and every further one "
            + "\(seconds(measured.answerSeconds)), and keys and values \(bytes(measured.cacheBytes))\(limit)."
    }

    private static func besides(_ chosen: Candidate, _ other: Entry?) -> String {
        let scope = chosen.scope == .questions ? "It serves ask alone" : "It serves texts that have an end"
        guard let other, let measured = other.final else {
            return scope + ", and nothing was found for conversations and saved readings."
        }
        return "\(scope); for conversations, saved readings and all else take \(other.candidate.name), which finds "
            + "\(measured.recall.score.percent) (\(measured.recall.range))."
    }

    /// What found more as long as it was measured, and was not at the wanted length, for want of time.
    private static func missing(among entries: [Entry], length: Int, beside chosen: Entry) -> String? {
        let leads = entries.compactMap { entry -> (entry: Entry, theirs: Measurement, mine: Measurement)? in
            guard [.notTried, .stopped].contains(entry.standing.kind), let theirs = entry.measurements.last,
                let mine = chosen.measurements.first(where: { $0.length == theirs.length }), theirs.recall.score > mine.recall.score
            else { return nil }
            return (entry, theirs, mine)
        }
        guard let lead = leads.max(by: { $0.theirs.recall.score < $1.theirs.recall.score }) else { return nil }
        let more = lead.entry.standing.kind == .stopped ? "more than " : "about "
        let time = lead.entry.standing.estimate.map { ", which takes \(more)\(seconds($0))" } ?? ""
        return "\(lead.entry.candidate.name) found more at \(lead.theirs.length) tokens, \(lead.theirs.recall.score.percent) beside "
            + "\(lead.mine.recall.score.percent), and the budget did not last to measure it at \(length)\(time): give a larger one."
    }

    private static func bytes(_ count: Int) -> String { String(format: "%.1f MiB", Double(count) / 0x1p20) }

    static func seconds(_ value: Double) -> String { String(format: value < 10 ? "%.2f s" : "%.0f s", value) }
}

/// Which candidates no other beats in both recall and speed.
package enum ParetoFront {
    /// - Returns: for each point, whether none is at least as good in both and better in one.
    package static func marks(_ points: [(recall: Double, speed: Double)]) -> [Bool] {
        points.map { point in
            !points.contains { other in
                other.recall >= point.recall && other.speed >= point.speed && (other.recall > point.recall || other.speed > point.speed)
            }
        }
    }
}
