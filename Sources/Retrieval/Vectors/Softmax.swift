import Foundation

extension [Double] {
    /// Shares of 1 by the powers of e that the numbers are.
    var softmax: [Double] {
        let most = self.max() ?? 0, powers = map { exp($0 - most) }, sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }
}
