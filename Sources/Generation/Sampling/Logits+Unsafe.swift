/// What the sampler and the measurements read from one row of logits [vocabulary] where it lies.
///
/// NaN and minus infinity are tokens that cannot be chosen. Plus infinity, with which a caller may force tokens, is taken as the greatest
/// number, so that differences of logits stay numbers.
extension UnsafeBufferPointer<Float> {
    /// The token with the highest logit, the lowest of equals; nil if none can be chosen.
    var mostLikelyToken: Int32? {
        var best = -Float.infinity
        var token: Int32?
        for index in indices where self[index] > best {
            best = self[index]
            token = Int32(truncatingIfNeeded: index)
        }
        return token
    }

    /// Every token that can be chosen, in order of token.
    var candidates: [Candidate] {
        var all: [Candidate] = []
        all.reserveCapacity(count)
        forEachCandidate { all.append(Candidate(token: $0, logit: $1)) }
        return all
    }

    /// The most likely tokens, in order of rank; fewer than `limit` if fewer can be chosen.
    func mostLikelyCandidates(limit: Int) -> [Candidate] {
        var best = BestCandidates(limit: limit)
        forEachCandidate { best.offer($0, $1) }
        return best.ranked()
    }

    private func forEachCandidate(_ body: (_ token: Int32, _ logit: Float) -> Void) {
        for index in indices where self[index] > -.infinity {
            body(Int32(truncatingIfNeeded: index), Swift.min(self[index], .greatestFiniteMagnitude))
        }
    }
}
