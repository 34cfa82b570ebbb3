/// What the sampler and the measurements read from one row of logits [vocabulary] where it lies.
///
/// NaN and minus infinity are tokens that cannot be chosen. Plus infinity, with which a caller may force tokens, is taken as the greatest
/// number, so that differences of logits stay numbers.
extension UnsafeBufferPointer<Float> {
    /// The token with the highest logit, the lowest of equals; nil if none can be chosen.
    var mostLikelyToken: Int32? {
        let highest = highest
        guard highest > -.infinity, let index = firstIndex(of: highest) else { return nil }
        return Int32(truncatingIfNeeded: index)
    }

    /// The most likely tokens with their logits, in order of rank; fewer than `limit` if fewer can be chosen.
    func mostLikelyCandidates(limit: Int) -> [Candidate] {
        var best = BestCandidates(limit: limit)
        for index in indices {
            best.offer(Int32(truncatingIfNeeded: index), logit: Swift.min(self[index], .greatestFiniteMagnitude))
        }
        return best.ranked()
    }

    /// The token with the highest logit of those that a mask allows, the lowest of equals; nil if none can be chosen.
    func mostLikelyToken(in mask: TokenMask) -> Int32? {
        mostLikelyCandidates(limit: 1, in: mask).first?.token
    }

    /// The most likely tokens of those that a mask allows.
    func mostLikelyCandidates(limit: Int, in mask: TokenMask) -> [Candidate] {
        var best = BestCandidates(limit: limit)
        mask.forEach { token in
            if indices.contains(Int(token)) { best.offer(token, logit: Swift.min(self[Int(token)], .greatestFiniteMagnitude)) }
        }
        return best.ranked()
    }

    /// exp((logit - highest) / temperature) for each token, in double precision: at any temperature the most likely weighs 1.
    func weights(temperature: Double) -> [Double] {
        let origin = Double(Swift.min(highest, .greatestFiniteMagnitude))
        return [Double](unsafeUninitializedCapacity: count) { weights, initialised in
            for start in stride(from: 0, to: count, by: 8) {
                let eight = exponential((SIMD8<Double>(finiteLogits(from: start)) - origin) / temperature)
                for lane in 0..<Swift.min(8, count - start) { weights.initializeElement(at: start + lane, to: eight[lane]) }
            }
            initialised = count
        }
    }

    /// Σ exp(logit - highest) in double precision.
    var sumOfWeights: Double {
        let origin = Double(Swift.min(highest, .greatestFiniteMagnitude))
        var sums = SIMD8<Double>.zero
        for start in stride(from: 0, to: count, by: 8) {
            sums += exponential(SIMD8<Double>(finiteLogits(from: start)) - origin)
        }
        return sums.sum()
    }

    /// The highest logit, NaN left out; minus infinity if there is none.
    private var highest: Float {
        var highest = SIMD8<Float>(repeating: -.infinity)
        for start in stride(from: 0, to: count, by: 8) {
            let eight = logits(from: start)
            highest.replace(with: eight, where: eight .> highest)
        }
        return highest.max()
    }

    private func finiteLogits(from start: Int) -> SIMD8<Float> {
        let eight = logits(from: start)
        return eight.replacing(with: .greatestFiniteMagnitude, where: eight .> .greatestFiniteMagnitude)
    }

    /// Eight logits, behind the end of the row minus infinity.
    private func logits(from start: Int) -> SIMD8<Float> {
        if start + 8 <= count {
            return UnsafeRawBufferPointer(self).loadUnaligned(fromByteOffset: 4 * start, as: SIMD8<Float>.self)
        }
        var eight = SIMD8<Float>(repeating: -.infinity)
        for index in start..<count { eight[index - start] = self[index] }
        return eight
    }
}
