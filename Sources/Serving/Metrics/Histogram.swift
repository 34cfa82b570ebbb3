/// How often a measured value was at most so much, as Prometheus counts it.
struct Histogram: Sendable {
    /// Upper bounds in seconds: from a cached answer to a long reading.
    static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

    /// Values by the first bound that they do not pass; the last count is of those that pass all.
    private(set) var counts = Array(repeating: 0, count: bounds.count + 1)
    private(set) var sum = 0.0

    mutating func add(_ value: Double) {
        counts[Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count] += 1
        sum += value
    }
}
