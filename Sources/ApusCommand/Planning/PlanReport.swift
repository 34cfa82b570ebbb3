import Planning

/// What `apus plan` prints.
struct PlanReport {
    let planner: Planner
    let plans: [Plan]

    private var machine: Machine { planner.machine }

    // MARK: For people

    var text: String {
        let facts = [
            ("Model", "\(planner.model.name.onOneLine), \(Formatting.short(planner.model.parameters)) parameters"),
            ("Weights", Formatting.bytes(planner.model.weightBytes)),
            ("Machine", machine.facts),
            (
                "Turns",
                "weights are waited for up to \(Formatting.decimal(planner.balanceTokens, digits: 0)) tokens a step, computing beyond"
            ),
        ]
        let lines = facts.map { $0.padded(to: 9, onLeft: false) + $1 + "\n" }.joined()
        return ([lines, table] + [reasons].filter { !$0.isEmpty }).joined(separator: "\n")
    }

    private var table: String {
        Table(
            headings: [
                .number("Length"), .text("Method"), .text("Cache"), .number("A token"), .number("Cache"), .number("Peak memory"),
                .number("First token"), .number("Writing"), .number("Users"), .number("Switch"), .text("Waits for"),
            ],
            rows: plans.map { plan in
                [
                    Formatting.count(plan.length) + (plan.reasons.isEmpty ? "" : " !"), plan.method, plan.cache.name,
                    Formatting.bytes(Int(plan.cacheBytesPerToken)), Formatting.bytes(Int(plan.cacheBytes)),
                    Formatting.bytes(Int(plan.peakBytes)), Self.time(plan.firstTokenSeconds),
                    Formatting.rate(plan.tokensPerSecond, unit: "tokens"), Formatting.count(plan.users),
                    Self.time(plan.switchSeconds), plan.bounds,
                ]
            }
        ).text
    }

    /// Short times in thousandths.
    private static func time(_ seconds: Double) -> String {
        seconds < 0.0995 ? Formatting.decimal(seconds * 1000, digits: 1) + " ms" : Formatting.duration(seconds: seconds)
    }

    private var reasons: String {
        plans.flatMap { plan in plan.reasons.map { "! \(Formatting.count(plan.length)), \(plan.method), \(plan.cache.name): \($0)\n" } }
            .joined()
    }

    // MARK: For programs

    var json: JSON {
        [
            "model": .string(planner.model.name), "parameters": .integer(planner.model.parameters),
            "weights_bytes": .integer(planner.model.weightBytes), "machine": machine.json,
            "balance_tokens": .number(planner.balanceTokens), "plans": .array(plans.map(\.json)),
        ]
    }

    // MARK: As a picture

    var roofline: Roofline {
        var roofline = Roofline(machine)
        for plan in plans { roofline.add(plan, title: "\(Formatting.count(plan.length)) \(plan.method) \(plan.cache.name)") }
        return roofline
    }
}

extension Plan {
    /// What reading and writing wait for.
    fileprivate var bounds: String {
        readingBound == writingBound ? readingBound.rawValue : "\(readingBound.rawValue), then \(writingBound.rawValue)"
    }

    fileprivate var json: JSON {
        [
            "length": .integer(length), "method": .string(method), "cache_type": .string(cache.name),
            "cache_bytes_per_token": .number(cacheBytesPerToken), "cache_bytes": .number(cacheBytes), "peak_bytes": .number(peakBytes),
            "prefill_seconds": .number(reading.seconds), "first_token_seconds": .number(firstTokenSeconds),
            "decode_tokens_per_second": .number(tokensPerSecond), "concurrent_users": .integer(users),
            "switch_seconds": .number(switchSeconds), "prefill_bound": .string(readingBound.rawValue),
            "decode_bound": .string(writingBound.rawValue), "compute_bound_users": JSON(usersToComputeBound, JSON.integer),
            "reasons": .strings(reasons),
        ]
    }
}

extension Machine {
    fileprivate var facts: String {
        "\(name): \(Self.operations(operationsPerSecond)), \(Self.bandwidth(bytesPerSecond)) from memory, "
            + "\(Formatting.bytes(Int(memoryBytes))), \(Self.bandwidth(linkBytesPerSecond)) to where contexts wait"
    }

    /// Operations a second: "312.00 Top/s".
    static func operations(_ value: Double) -> String {
        value < 1e12 ? Formatting.decimal(value / 1e9, digits: 0) + " Gop/s" : Formatting.decimal(value / 1e12) + " Top/s"
    }

    /// Bytes a second as data sheets write them: "2.00 TB/s".
    static func bandwidth(_ value: Double) -> String {
        value < 1e12 ? Formatting.decimal(value / 1e9) + " GB/s" : Formatting.decimal(value / 1e12) + " TB/s"
    }

    var json: JSON {
        [
            "name": .string(name), "operations_per_second": .number(operationsPerSecond), "bytes_per_second": .number(bytesPerSecond),
            "memory_bytes": .number(memoryBytes), "link_bytes_per_second": .number(linkBytesPerSecond),
            "operations_per_byte": .number(balance), "measured": .bool(rates != nil),
        ]
    }
}
