/// Tokens and their weights, of which the filters set some to 0.
struct CandidateSet {
    /// In rising order.
    let tokens: [Int32]
    /// For each token its probability over that of the most likely one.
    private(set) var weights: [Double]

    /// - Parameters:
    ///   - logits: one row [vocabulary], penalties applied.
    ///   - options: valid and not greedy.
    init(_ logits: UnsafeBufferPointer<Float>, options: SamplingOptions) {
        if let topK = options.topK, topK < logits.count {
            tokens = logits.mostLikelyCandidates(limit: topK).map(\.token).sorted()
            weights = tokens.map { logits[Int($0)] }.withUnsafeBufferPointer { $0.weights(temperature: options.temperature) }
        } else {
            tokens = Array(0..<Int32(truncatingIfNeeded: logits.count))
            weights = logits.weights(temperature: options.temperature)
        }
        filter(options)
    }

    /// The same of the tokens that a mask allows; of the others nothing is copied.
    init(_ logits: UnsafeBufferPointer<Float>, mask: TokenMask, options: SamplingOptions) {
        if let topK = options.topK {
            tokens = logits.mostLikelyCandidates(limit: topK, in: mask).map(\.token).sorted()
        } else {
            tokens = mask.tokens.filter { logits.indices.contains(Int($0)) }
        }
        weights = tokens.map { logits[Int($0)] }.withUnsafeBufferPointer { $0.weights(temperature: options.temperature) }
        filter(options)
    }

    private mutating func filter(_ options: SamplingOptions) {
        if options.topP < 1 { keepNucleus(share: options.topP) }
        if options.minP > 0 { clear { $0.value < options.minP } }
    }

    /// The token at a place of the unit interval, over which the tokens lie side by side, each as long as its probability; nil if none
    /// has a weight.
    func draw(_ place: Double) -> Int32? {
        let target = place * weights.reduce(0, +)
        var covered = 0.0
        for (token, weight) in zip(tokens, weights) {
            covered += weight
            if covered > target { return token }
        }
        // Rounding of `place` times the sum may reach the sum itself, which lies just behind the last token.
        return weights.lastIndex { $0 > 0 }.map { tokens[$0] }
    }

    /// Keeps the fewest tokens, from the most likely down, that hold `share` of the weight.
    ///
    /// Only a short list is ranked. All of n tokens below (1 - share) / n of the weight hold less than 1 - share together, so the others
    /// reach the share without them; half that bound leaves room for rounding.
    private mutating func keepNucleus(share: Double) {
        let total = weights.reduce(0, +)
        let bound = total * (1 - share) / (2 * Double(weights.count))
        var shortlist: [Candidate] = []
        for (token, weight) in zip(tokens, weights) where weight >= bound {
            shortlist.append(Candidate(token: token, value: weight))
        }
        if let border = shortlist.border(holding: share * total) { clear { border.precedes($0) } }
    }

    private mutating func clear(where isRemoved: (Candidate) -> Bool) {
        for index in weights.indices where isRemoved(Candidate(token: tokens[index], value: weights[index])) {
            weights[index] = 0
        }
    }
}
