import Generation

/// The speed of one method in one test.
struct BenchResult: Equatable {
    let test: SpeedResult.Test
    let tokens: Int
    let depth: Int
    let method: String
    let positions: String
    /// Tokens in a second of each measurement, in the order in which they were taken.
    private(set) var rates: [Double]
    private(set) var peakMemoryBytes: Int
    let keysVisited: Int
    let keysCompared: Int

    init(
        test: SpeedResult.Test, tokens: Int, depth: Int, method: String, positions: String = "model", rates: [Double],
        peakMemoryBytes: Int, keysVisited: Int, keysCompared: Int = 0
    ) {
        self.test = test
        self.tokens = tokens
        self.depth = depth
        self.method = method
        self.positions = positions
        self.rates = rates
        self.peakMemoryBytes = peakMemoryBytes
        self.keysVisited = keysVisited
        self.keysCompared = keysCompared
    }

    init(_ result: SpeedResult) {
        self.init(
            test: result.test, tokens: result.tokens, depth: result.depth, method: result.method, positions: result.positions,
            rates: result.tokensPerSecondOfEach, peakMemoryBytes: result.peakMemoryBytes, keysVisited: result.keysVisited,
            keysCompared: result.keysCompared)
    }

    /// Tokens in a second: the median of the measurements.
    var rate: Double { rates.median }

    /// With the measurements of another run of the same test and method.
    func adding(_ other: BenchResult) -> BenchResult {
        var sum = self
        sum.rates += other.rates
        sum.peakMemoryBytes = max(peakMemoryBytes, other.peakMemoryBytes)
        return sum
    }

    var json: JSON {
        [
            "test": .string(test.rawValue), "tokens": .integer(tokens), "depth": .integer(depth), "method": .string(method),
            "positions": .string(positions),
            "tokens_per_second": .number(rate), "tokens_per_second_of_each": .array(rates.map(JSON.number)),
            "peak_memory_bytes": .integer(peakMemoryBytes), "keys_visited": .integer(keysVisited), "keys_compared": .integer(keysCompared),
        ]
    }
}

extension [Double] {
    /// The middle one, or the mean of the two in the middle; not a number without any.
    var median: Double {
        let ordered = sorted(), middle = count / 2
        guard !isEmpty else { return .nan }
        return count.isMultiple(of: 2) ? (ordered[middle - 1] + ordered[middle]) / 2 : ordered[middle]
    }
}
