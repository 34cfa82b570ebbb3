import Planning

/// What was measured of this machine.
struct MachineReport {
    let machine: Machine
    /// Where it is kept.
    let file: String

    var text: String {
        guard let rates = machine.rates else { return "" }
        let facts = """
            Kernels    \(rates.kernels), \(rates.threads) threads
            Kept in    \(file.onOneLine)
            Norms      \(Formatting.short(Int(rates.elementsPerSecond)))/s, activations \(Formatting.short(Int(rates.activatedPerSecond)))/s
            A call     \(Formatting.decimal(rates.secondsPerCall * 1e6, digits: 1)) µs
            Switch     \(Machine.bandwidth(machine.linkBytesPerSecond))

            """
        return [facts, products(rates), attention(rates)].joined(separator: "\n")
    }

    private func products(_ rates: MachineRates) -> String {
        let sorted = rates.products.sorted { $0.key < $1.key }
        let lengths = sorted.first?.value.operations.points.map(\.size) ?? [], sets = sorted.first?.value.reading.points.map(\.size) ?? []
        return Table(
            headings: [.text("Weights"), .number("Arranging")] + lengths.map { .number("Rows of \(Int($0))") }
                + sets.map { .number("From \(Formatting.bytes(Int($0)))") },
            rows: sorted.map { type, own in
                [type, Formatting.decimal(own.secondsPerNumberArranged * 1e9, digits: 3) + " ns"]
                    + own.operations.points.map { Machine.operations($0.rate) }
                    + own.reading.points.map { Machine.bandwidth($0.rate) }
            }
        ).text
    }

    private func attention(_ rates: MachineRates) -> String {
        Table(
            headings: [
                .text("Attention"), .number("Reading"), .number("A query"), .number("A number"), .number("for each query"),
                .number("A run"), .number("Written"),
            ],
            rows: rates.attention.sorted { $0.key < $1.key }.map { key, own in
                [key, Machine.operations(own.operations)]
                    + [
                        own.secondsPerQuery, own.secondsPerNumber, own.secondsPerNumberAndQuery, own.secondsPerRun,
                        own.secondsPerNumberWritten,
                    ].map {
                        Formatting.decimal($0 * 1e9, digits: 3) + " ns"
                    }
            }
        ).text
    }

    var json: JSON {
        guard let rates = machine.rates else { return machine.json }
        return [
            "machine": machine.json, "file": .string(file), "kernels": .string(rates.kernels), "threads": .integer(rates.threads),
            "elements_per_second": .number(rates.elementsPerSecond), "activated_per_second": .number(rates.activatedPerSecond),
            "seconds_per_call": .number(rates.secondsPerCall),
            "products": .object(
                rates.products.mapValues {
                    [
                        "operations": $0.operations.json, "reading": $0.reading.json,
                        "seconds_per_number_arranged": .number($0.secondsPerNumberArranged),
                    ]
                }),
            "attention": .object(
                rates.attention.mapValues { own in
                    [
                        "operations_per_second": .number(own.operations), "seconds_per_query": .number(own.secondsPerQuery),
                        "seconds_per_number": .number(own.secondsPerNumber),
                        "seconds_per_number_and_query": .number(own.secondsPerNumberAndQuery),
                        "seconds_per_run": .number(own.secondsPerRun),
                        "seconds_per_number_written": .number(own.secondsPerNumberWritten),
                    ]
                }),
        ]
    }
}

extension RateCurve {
    fileprivate var json: JSON { .array(points.map { ["size": .number($0.size), "rate": .number($0.rate)] }) }
}
