/// How often a measured value was at most so much, as Prometheus counts it.
struct Histogram: Sendable {
    /// Upper bounds in seconds: from a cached answer to a long reading.
    static let seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
    /// Upper bounds in bytes: 64 KiB to 64 GiB, by fours.
    static let bytes = (8..<19).map { Double(1 << (2 * $0)) }

    let bounds: [Double]
    /// Values by the first bound that they do not pass; the last count is of those that pass all.
    private(set) var counts: [Int]
    private(set) var sum = 0.0

    init(_ bounds: [Double] = seconds) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    mutating func add(_ value: Double) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }
}
