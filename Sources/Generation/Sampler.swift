/// Chooses tokens, one after the other, from the logits of a model.
///
/// The order is: repetition penalty, presence and frequency penalties, biases, mask, temperature, top-k, top-p, min-p, draw. It is the order that the settings published with models
/// (`generation_config.json`) are meant for; other orders make other texts of the same numbers, above all where the temperature comes
/// last. Top-p counts its share among what top-k left. Each filter keeps the tokens down to some rank, ranked by logit and among equals
/// by token, lowest first.
///
/// The same options, seed and logits give the same tokens on every machine and for any number of threads: the random numbers are
/// `RandomSource`'s, one for each token drawn and none for a greedy one, and sums are taken in double precision in order of token. A
/// filter that happens to remove nothing changes nothing either.
package struct Sampler: Sendable {
    package let options: SamplingOptions
    /// The seed in use: that of the options, or the one drawn in its place.
    package let seed: UInt64

    private var random: RandomSource
    private var recent: RecentTokens
    /// How often each token has been chosen.
    private var chosen: [Int32: Int] = [:]
    /// Where penalised logits stand; kept so that no token allocates a vocabulary.
    private var penalised: [Float] = []

    /// Throws `SamplingError.invalidOptions` with every value that is out of range.
    package init(_ options: SamplingOptions) throws(SamplingError) {
        try options.validate()
        self.options = options
        seed = options.seed ?? UInt64.random(in: .min ... .max)
        random = RandomSource(seed: seed)
        recent = RecentTokens(limit: options.repetitionWindow)
    }

    /// Counts tokens that the sampler did not choose, those of the prompt, as recent.
    package mutating func remember(_ tokens: some Sequence<Int32>) {
        guard penalises else { return }
        for token in tokens { recent.append(token) }
    }

    /// The next token, for the logits [vocabulary] of the last one. NaN is never chosen, minus infinity neither.
    /// - Parameter mask: the tokens among which to choose; those behind its end are not among them. nil: all.
    package mutating func next(logits: UnsafeBufferPointer<Float>, mask: TokenMask? = nil) throws(SamplingError) -> Int32 {
        let place = options.isGreedy ? 0 : random.unitInterval()
        guard penalises || changesByReply else { return try choose(from: logits, mask: mask, at: place) }
        try change(logits)
        let token = try penalised.withUnsafeBufferPointer { row throws(SamplingError) in try choose(from: row, mask: mask, at: place) }
        recent.append(token)
        chosen[token, default: 0] += 1
        return token
    }

    private var penalises: Bool { options.repetitionPenalty != 1 }

    /// Whether logits change in the way of OpenAI's interface, by what the reply holds or by token.
    private var changesByReply: Bool {
        options.presencePenalty != 0 || options.frequencyPenalty != 0 || !options.logitBias.isEmpty
    }

    /// Fills `penalised` with the logits as penalties and biases leave them.
    private mutating func change(_ logits: UnsafeBufferPointer<Float>) throws(SamplingError) {
        penalise(logits)
        for (token, count) in chosen where penalised.indices.contains(Int(token)) {
            penalised[Int(token)] -= Float(options.presencePenalty + Double(count) * options.frequencyPenalty)
        }
        for (token, bias) in options.logitBias {
            guard penalised.indices.contains(Int(token)) else {
                throw .biasOutsideVocabulary(token: Int(token), vocabularyCount: logits.count)
            }
            penalised[Int(token)] += Float(bias)
        }
    }

    /// Fills `penalised` with the logits, those of recent tokens moved away from being chosen.
    private mutating func penalise(_ logits: UnsafeBufferPointer<Float>) {
        penalised.removeAll(keepingCapacity: true)
        penalised.append(contentsOf: logits)
        guard penalises else { return }
        let penalty = Float(options.repetitionPenalty)
        for token in recent.distinct where penalised.indices.contains(Int(token)) {
            let logit = penalised[Int(token)]
            penalised[Int(token)] = logit > 0 ? logit / penalty : logit * penalty
        }
    }

    /// - Parameter place: where in the unit interval a random draw falls.
    private func choose(from logits: UnsafeBufferPointer<Float>, mask: TokenMask?, at place: Double) throws(SamplingError) -> Int32 {
        if let mask {
            let chosen =
                options.isGreedy ? logits.mostLikelyToken(in: mask) : CandidateSet(logits, mask: mask, options: options).draw(place)
            guard let chosen else { throw .nothingAllowed(allowedCount: mask.count) }
            return chosen
        }
        let chosen = options.isGreedy ? logits.mostLikelyToken : CandidateSet(logits, options: options).draw(place)
        guard let chosen else {
            throw .noUsableLogit(vocabularyCount: logits.count, notNumbers: logits.count(where: \.isNaN))
        }
        return chosen
    }
}
