/// The small network of CLEX with its settings, and the differential equation that it is part of:
///
///     dz/dt = σ((z + ln ω(t)) · up) · down + d ln ω/dt,   z(1) = ln of the model's frequencies,
///
/// where `ω(t)` are the frequencies of NTK-aware scaling by `2t - 1`.
package struct ClexNetwork: Hashable, Sendable {
    package enum Activation: String, Sendable {
        case tanh, silu
    }

    /// `[pairs, hidden]` and `[hidden, pairs]`, row by row.
    package let up: [Double]
    package let down: [Double]
    package let pairs: Int
    package var activation = Activation.tanh
    /// The longest texts that it was trained for, in trained lengths.
    package var largestFactor = 16
    /// What time advances by in one step of the solver; a whole number of steps makes 1.
    package var step = 0.01
    /// Whether queries are multiplied by `ln(length) / ln(trained length)`.
    package var scalesQueries = false
    /// The base in the network's own term; `nil` for the model's. The published code always takes 10,000.
    package var base: Double?

    package static let compatibleBase = 10_000.0

    /// - Parameters: the matrices row by row, `pairs` times as many numbers as the hidden layer is wide.
    package init(up: [Double], down: [Double], pairs: Int) {
        precondition(pairs > 0 && up.count == down.count && up.count.isMultiple(of: pairs), "\(up.count) and \(down.count) weights")
        self.up = up
        self.down = down
        self.pairs = pairs
    }

    private var hidden: Int { up.count / pairs }

    /// Goes on from `z` at a time by 1, with the classical method of Runge and Kutta of fourth order.
    func advanced(_ z: [Double], from time: Double, _ geometry: RotaryGeometry) -> [Double] {
        let steps = max(1, Int((1 / step).rounded())), length = 1 / Double(steps)
        let own = NTKRow(geometry, base: geometry.base), inner = NTKRow(geometry, base: base ?? geometry.base)
        func slope(_ z: [Double], _ time: Double) -> [Double] {
            let drift = own.slopes(at: time)
            return zip(correction(z, inner.logarithms(at: time)), drift).map { $0 + $1 }
        }
        var z = z
        for step in 0..<steps {
            let now = time + Double(step) * length
            let first = slope(z, now)
            let second = slope(Self.moved(z, first, by: length / 2), now + length / 2)
            let third = slope(Self.moved(z, second, by: length / 2), now + length / 2)
            let fourth = slope(Self.moved(z, third, by: length), now + length)
            for pair in z.indices { z[pair] += length / 6 * (first[pair] + 2 * second[pair] + 2 * third[pair] + fourth[pair]) }
        }
        return z
    }

    private static func moved(_ z: [Double], _ slope: [Double], by length: Double) -> [Double] {
        zip(z, slope).map { $0 + length * $1 }
    }

    /// `σ((z + ω) · up) · down`.
    private func correction(_ z: [Double], _ logarithms: [Double]) -> [Double] {
        var inner = [Double](repeating: 0, count: hidden), result = [Double](repeating: 0, count: pairs)
        for pair in 0..<pairs {
            let input = z[pair] + logarithms[pair]
            for unit in 0..<hidden { inner[unit] += input * up[pair * hidden + unit] }
        }
        for unit in 0..<hidden {
            let active = activation == .tanh ? hyperbolicTangent(inner[unit]) : inner[unit] / (1 + exponential(-inner[unit]))
            for pair in 0..<pairs { result[pair] += active * down[unit * pairs + pair] }
        }
        return result
    }
}

/// The frequencies of NTK-aware scaling by `2t - 1` as functions of the time `t`.
private struct NTKRow {
    /// `ln ω(1)` of each pair.
    private let plain: [Double]
    /// `2i / (d - 2)` of each pair.
    private let shares: [Double]

    init(_ geometry: RotaryGeometry, base: Double) {
        let dimensions = Double(geometry.rotaryDim)
        plain = (0..<geometry.rotaryDim / 2).map { -2 * Double($0) / dimensions * logarithm(base) }
        shares = (0..<geometry.rotaryDim / 2).map { dimensions > 2 ? 2 * Double($0) / (dimensions - 2) : 0 }
    }

    private static func growth(_ time: Double) -> Double { max(1, 2 * time - 1) }

    func logarithms(at time: Double) -> [Double] {
        let logGrowth = logarithm(Self.growth(time))
        return zip(plain, shares).map { $0 - $1 * logGrowth }
    }

    func slopes(at time: Double) -> [Double] { shares.map { -2 * $0 / Self.growth(time) } }
}
