import Foundation

/// A rate that depends on a size: measured at some sizes, and between them on a line over the size's logarithm.
package struct RateCurve: Codable, Hashable, Sendable {
    package struct Point: Codable, Hashable, Sendable {
        package let size: Double
        package let rate: Double

        package init(size: Double, rate: Double) {
            self.size = size
            self.rate = rate
        }
    }

    /// In ascending order of their sizes, at least one.
    package let points: [Point]

    /// The same at all sizes.
    package init(_ rate: Double) { points = [Point(size: 1, rate: rate)] }

    package init(_ points: [Point]) {
        precondition(!points.isEmpty, "a rate that was measured nowhere")
        self.points = points.sorted { $0.size < $1.size }
    }

    /// Beyond the measured sizes as at the nearest.
    package func callAsFunction(_ size: Double) -> Double {
        guard let above = points.firstIndex(where: { $0.size >= size }) else { return points[points.count - 1].rate }
        guard above > 0 else { return points[0].rate }
        let (low, high) = (points[above - 1], points[above])
        let share = log(size / low.size) / log(high.size / low.size)
        return low.rate + share * (high.rate - low.rate)
    }

    /// Whether a file may be believed.
    var isSound: Bool {
        !points.isEmpty && points.allSatisfy { $0.size > 0 && $0.size.isFinite && $0.rate > 0 && $0.rate.isFinite }
            && zip(points, points.dropFirst()).allSatisfy { $0.size < $1.size }
    }
}
