import Generation

/// What a packing test came to: a table, and the same for programs.
struct PackingListing {
    let test: PackingTest
    let results: [PackingResult]

    /// How much faster each way is than reading one prompt after another: the median over rounds that went through all ways.
    private func ratio(_ result: PackingResult) -> Double {
        guard let base = results.first(where: { $0.way == .oneByOne }) else { return .nan }
        return zip(result.tokensPerSecondOfEach, base.tokensPerSecondOfEach).map { $0 / $1 }.median
    }

    var text: String {
        var table = Table(headings: [.text("Prompts read"), .number("Rows"), .number("Speed"), .number("To one by one")])
        table.rows = results.map { result in
            [
                result.way.rawValue, Formatting.count(result.rows),
                Formatting.rate(result.tokensPerSecondOfEach.median, unit: "tokens"), Formatting.decimal(ratio(result)),
            ]
        }
        return table.text
    }

    var json: JSON {
        [
            "prompts": .integer(test.prompts), "shortest": .integer(test.lengths.lowerBound),
            "longest": .integer(test.lengths.upperBound), "batch": .integer(test.batch),
            "tokens": .integer(test.promptLengths.reduce(0, +)),
            "ways": .array(
                results.map { result in
                    [
                        "way": .string(result.way.rawValue), "rows": .integer(result.rows),
                        "tokens_per_second": .number(result.tokensPerSecondOfEach.median),
                        "tokens_per_second_of_each": .array(result.tokensPerSecondOfEach.map(JSON.number)),
                        "ratio_to_one_by_one": .number(ratio(result)),
                    ]
                }),
        ]
    }
}
