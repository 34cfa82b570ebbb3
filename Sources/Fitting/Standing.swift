import Evaluation

/// How a candidate came off, as far as the runs have come.
package struct Standing: Codable, Equatable, Sendable {
    package enum Kind: String, Codable, Sendable {
        /// Its turn has not come.
        case waiting
        /// It was measured at the wanted length.
        case measured
        /// It found clearly less than the best.
        case dropped
        /// It would not have ended within the budget.
        case notTried
        /// It took longer than planned.
        case stopped
        /// It went wrong.
        case failed
        /// It cannot serve this model.
        case refused
    }

    package let kind: Kind
    /// The length at which that was decided.
    package var length: Int?
    /// As it reads after the candidate's name and a colon.
    package var reason: String?
    /// How long the trial was to take that was not made, in seconds.
    package var estimate: Double?
}

/// A candidate with all that is known of it.
package struct Entry: Codable, Equatable, Sendable {
    package var candidate: Candidate
    package var standing = Standing(kind: .waiting)
    /// Of each round that it took part in, the shortest first.
    package var measurements: [Measurement] = []
    package var perplexity: PositionPerplexity?
    /// What the planner expects of all memory at the wanted length; nil where it knows nothing.
    package var peakBytes: Double?

    init(_ candidate: Candidate) { self.candidate = candidate }

    /// At the wanted length; nil if it did not come so far.
    package var final: Measurement? { standing.kind == .measured ? measurements.last : nil }

    /// Tokens of the text a second while it was read, at the wanted length; nil where it is read for each question.
    package var readingRate: Double? {
        guard let final, candidate.scope != .questions, final.readingSeconds > 0 else { return nil }
        return Double(final.length) / final.readingSeconds
    }
}
