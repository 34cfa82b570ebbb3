/// How much faster one method is than another that was measured in turn with it.
struct BenchComparison: Equatable {
    let method: BenchResult
    /// What it is compared to.
    let base: BenchResult

    /// The ratios of neighbouring measurements.
    var ratios: [Double] { zip(method.rates, base.rates).map { $0 / $1 } }
    var ratio: Double { ratios.median }

    var json: JSON {
        [
            "test": .string(base.test.rawValue), "tokens": .integer(base.tokens), "depth": .integer(base.depth),
            "method": .string(method.method), "to": .string(base.method), "ratio": .number(ratio),
            "ratio_of_each": .array(ratios.map(JSON.number)),
        ]
    }
}

extension BenchComparison {
    /// nil unless there are two results.
    init?(_ measured: [BenchResult]) {
        guard measured.count == 2, let base = measured.first, let method = measured.last else { return nil }
        self.init(method: method, base: base)
    }
}
