/// The model's own rotation, with the per-pair factors that some files carry: Llama 3.1 and later divide the frequency of pair
/// `i` by `factors[i]` (the tensor `rope_freqs`).
package struct ModelPositions: PositionScheme {
    package let name = "model"
    /// Divisors of the frequencies, one per pair; missing ones count as 1.
    package var factors: [Double]

    package init(factors: [Double] = []) { self.factors = factors }

    package func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary {
        let frequencies = geometry.inverseFrequencies.enumerated().map { pair, frequency in
            pair < factors.count ? frequency / factors[pair] : frequency
        }
        return Rotary(headDim: geometry.headDim, layout: geometry.layout, inverseFrequencies: frequencies)
    }
}
