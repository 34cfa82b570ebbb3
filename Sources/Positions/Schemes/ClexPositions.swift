import Synchronization

/// CLEX: the logarithms of the frequencies follow a learned differential equation in the number of times that a text is longer than the
/// trained length. The equation is that of NTK-aware scaling plus a small network, and is solved once for each such number.
/// (Chen et al., CLEX: Continuous Length Extrapolation for Large Language Models, 2024.)
package struct ClexPositions: PositionScheme {
    package let name: String
    package let network: ClexNetwork
    private let solutions = ClexSolutions()

    /// - Parameter name: as a person writes it, with the file that the network came from.
    package init(network: ClexNetwork, name: String) {
        self.network = network
        self.name = name
    }

    package func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary {
        let times = min(max(1, (length + geometry.trainedLength - 1) / geometry.trainedLength), network.largestFactor)
        let scale = logarithm(Double(max(length, 2))) / logarithm(Double(max(geometry.trainedLength, 2)))
        return geometry.rotary(
            solutions.frequencies(network, geometry, times: times), queryScale: network.scalesQueries ? .constant(scale) : nil)
    }

    package func reach(for geometry: RotaryGeometry) -> Int { geometry.reach(times: Double(network.largestFactor)) }
}

/// The frequencies that were computed so far.
private final class ClexSolutions: Sendable {
    /// Logarithms of the frequencies for texts 1, 2, … times as long as the trained length.
    private let rows = Mutex<[RotaryGeometry: [[Double]]]>([:])

    func frequencies(_ network: ClexNetwork, _ geometry: RotaryGeometry, times: Int) -> [Double] {
        // The model's own, to the last bit.
        guard times > 1 else { return geometry.inverseFrequencies }
        return rows.withLock { rows in
            var known = rows[geometry] ?? [geometry.inverseFrequencies.map(logarithm)]
            while known.count < times { known.append(network.advanced(known[known.count - 1], from: Double(known.count), geometry)) }
            rows[geometry] = known
            return known[times - 1].map(exponential)
        }
    }
}
