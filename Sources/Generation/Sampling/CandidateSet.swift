#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The tokens that the filters leave, in order of token, with their weights.
struct CandidateSet {
    private(set) var candidates: [Candidate]

    /// - Parameters:
    ///   - logits: one row [vocabulary], penalties applied.
    ///   - options: valid and not greedy.
    init(_ logits: UnsafeBufferPointer<Float>, options: SamplingOptions) {
        if let topK = options.topK, topK < logits.count {
            candidates = logits.mostLikelyCandidates(limit: topK).sorted { $0.token < $1.token }
        } else {
            candidates = logits.candidates
        }
        weigh(temperature: options.temperature)
        if options.topP < 1 { keepNucleus(share: options.topP) }
        if options.minP > 0 { candidates.removeAll { $0.weight < options.minP } }
    }

    /// The token at a place of the unit interval, over which the candidates lie side by side, each as long as its probability; nil if
    /// there is none.
    func draw(_ place: Double) -> Int32? {
        let target = place * totalWeight
        var covered = 0.0
        for candidate in candidates {
            covered += candidate.weight
            if covered > target { return candidate.token }
        }
        // Rounding of `place` times the sum may reach the sum itself, which lies just behind the last candidate.
        return candidates.last { $0.weight > 0 }?.token
    }

    private var totalWeight: Double {
        candidates.reduce(0) { $0 + $1.weight }
    }

    /// Sets each weight to exp((logit - highest) / temperature), in double precision: at any temperature the most likely weighs 1.
    private mutating func weigh(temperature: Double) {
        guard let highest = candidates.lazy.map(\.logit).max() else { return }
        for index in candidates.indices {
            candidates[index].weight = exp((Double(candidates[index].logit) - Double(highest)) / temperature)
        }
    }

    /// Keeps the fewest candidates, from the most likely down, that hold `share` of the weight.
    ///
    /// Only a short list is sorted. All n candidates below (1 - share) / n of the weight hold less than 1 - share together, so the others
    /// reach the share without them; half that bound leaves room for rounding.
    private mutating func keepNucleus(share: Double) {
        let total = totalWeight
        let bound = total * (1 - share) / (2 * Double(candidates.count))
        let shortlist = candidates.filter { $0.weight >= bound }.sorted { $0.precedes($1) }
        var held = 0.0
        for candidate in shortlist {
            held += candidate.weight
            if held >= share * total {
                candidates.removeAll { candidate.precedes($0) }
                return
            }
        }
    }
}
