import Attention
import Diagnostics
import Positions
import Synchronization
import Tensors

/// The interpreter that runs an encoder's description over several texts at once, packed row behind row. What goes over rows does not know
/// whose they are, and attention knows each text's own rows; so nothing is padded.
struct EncoderOperations: KernelOperations, TextOperations {
    let host: TextEncoder
    let texts: PackedTexts

    mutating func embed(_ table: Weight) -> Tensor {
        let x = makeTensor(rows: texts.tokens.count, columns: host.configuration.width)
        compute.embed(tokens: texts.tokens, table: matrix(table), into: x)
        return x
    }

    mutating func addTokenTypes(_ first: Weight, second: Weight, to x: inout Tensor) {
        guard texts.members.contains(where: { $0.secondPart != nil }) else { return compute.addBias(x, numbers(first)) }
        for member in texts.members {
            let border = min(member.secondPart ?? .max, member.rows.count) + member.rows.lowerBound
            if border > member.rows.lowerBound { compute.addBias(x.rows(member.rows.lowerBound..<border), numbers(first)) }
            if border < member.rows.upperBound { compute.addBias(x.rows(border..<member.rows.upperBound), numbers(second)) }
        }
    }

    mutating func convolve(_ x: inout Tensor, _ layer: ConvolutionLayer, isLast: Bool) { layer.run(&x, isLast: isLast, &self) }

    mutating func addPositions(_ table: Weight, to x: inout Tensor) {
        let table = matrix(table), rows = makeTensor(rows: x.rows, columns: x.columns)
        let scheme = host.reading.table ?? .recurrent
        let places = texts.members.flatMap { scheme.places(tokens: $0.rows.count, rows: table.rows) }
        compute.embed(tokens: places.map { Int32($0.row) }, table: table, into: rows)
        compute.add(rows, to: x)
        guard places.contains(where: { $0.share > 0 }) else { return }
        // `row + share · (next - row)`: where the share is 0, the row itself to the last bit.
        let next = makeTensor(rows: x.rows, columns: x.columns)
        compute.embed(tokens: places.map { Int32($0.share > 0 ? $0.row + 1 : $0.row) }, table: table, into: next)
        compute.add(rows, times: -1, to: next)
        for (row, place) in places.enumerated() where place.share > 0 {
            compute.add(row: row, of: next, times: place.share, toRow: row, of: x)
        }
    }

    mutating func keepWantedRows(_ x: Tensor) -> Tensor {
        guard texts.wantedRows < x.rows else { return x }
        return gathered(texts.members.map { texts.wanted.rows(of: $0.own) }, of: x)
    }

    /// Runs of rows, one behind another.
    private func gathered(_ runs: [Range<Int>], of x: Tensor) -> Tensor {
        let kept = makeTensor(rows: runs.reduce(0) { $0 + $1.count }, columns: x.columns)
        var first = 0
        for run in runs {
            x.copyRows(run, to: kept, at: first)
            first += run.count
        }
        return kept
    }

    mutating func attend(query: Tensor, key: Tensor, value: Tensor, layer: Int) throws -> Tensor {
        let outputs = makeTensor(rows: query.rows, columns: host.configuration.heads * host.configuration.valueDim)
        let isLast = layer == host.description.layers.count - 1
        let runs = texts.members.map { member in
            let rows = isLast ? texts.wanted.rows(of: member.rows) : member.rows
            return EncoderAttention.Run(member: member, queries: rows, outputs: rows)
        }
        try EncoderAttention(
            encoder: host, layer: layer, pattern: host.description.layers[layer].pattern, query: query, key: key, value: value,
            outputs: outputs
        ).attend(runs)
        return outputs
    }

    /// Global tokens see the whole text by projections of their own, in place of what the pattern shows them.
    mutating func attention(_ x: Tensor, _ attention: AttentionLayer, layer: Int) throws -> Tensor {
        let attended = try plainAttention(x, attention, layer: layer)
        guard host.reading.globalTokens > 0, let own = host.description.layers[layer].globalProjections else { return attended }
        let rows = texts.members.map { $0.rows.prefix(host.reading.globalTokens) }
        let query = try project(gathered(rows, of: x), own[0]), keysValues = project(x, [own[1], own[2]])
        var first = 0
        let runs = zip(texts.members, rows).map { member, rows in
            defer { first += rows.count }
            return EncoderAttention.Run(member: member, queries: first..<first + rows.count, outputs: rows)
        }
        try EncoderAttention(
            encoder: host, layer: layer, pattern: .whole, query: query, key: keysValues[0], value: keysValues[1], outputs: attended
        ).attend(runs)
        return attended
    }
}

/// One layer's attention of packed texts.
// Sendable because a thread touches the rows and the caches of its own texts only.
private struct EncoderAttention: @unchecked Sendable {
    /// Some queries of a text.
    struct Run {
        let member: PackedTexts.Member
        /// Their rows among all queries.
        let queries: Range<Int>
        /// Where they go, which also says where in the text they stand.
        let outputs: Range<Int>

        var firstPosition: Int { outputs.lowerBound - member.rows.lowerBound }
    }

    let encoder: TextEncoder
    let layer: Int
    let pattern: AttentionPattern
    let query: Tensor
    let key: Tensor
    let value: Tensor
    let outputs: Tensor

    /// Longer texts are work for all threads together.
    private static let fewRows = 1024

    /// Threads take short texts one each, where there are enough of them, and go about the others together.
    func attend(_ runs: [Run]) throws {
        let threads = encoder.compute.pool.threads
        let alone = threads == 1 ? [] : runs.filter { $0.member.rows.count <= Self.fewRows }
        guard alone.count >= 2 * threads else {
            for run in runs { try attend(run, encoder.compute) }
            return
        }
        for run in runs where run.member.rows.count > Self.fewRows { try attend(run, encoder.compute) }
        let failure = Mutex<(any Error)?>(nil), computes = encoder.aloneOnEachThread
        encoder.compute.pool.forEach(alone.count) { index, thread in
            do {
                try attend(alone[index], computes[thread])
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// Queries of a text attend to its keys. Their pages are given back at once: no later layer wants them.
    private func attend(_ run: Run, _ compute: Compute) throws {
        let cache = run.member.cache, tokens = run.member.rows.count
        defer { cache.truncate(to: 0) }
        try cache.append(layer: layer, keys: key.rows(run.member.rows), values: value.rows(run.member.rows), compute: compute)
        var rule = encoder.rules[layer]
        rule.queryScale = encoder.reading.queryScale(tokens: tokens)
        let step = pattern.queriesPerPlan ?? tokens
        for first in stride(from: 0, to: run.queries.count, by: step) {
            let part = first..<min(first + step, run.queries.count), position = run.firstPosition + first
            _ = try compute.attend(
                queries: query.rows(run.queries.lowerBound + part.lowerBound..<run.queries.lowerBound + part.upperBound),
                firstPosition: position, layer: layer, cache: cache,
                plans: [plan(queries: position..<position + part.count, tokens: tokens)], rule: rule,
                into: outputs.rows(run.outputs.lowerBound + part.lowerBound..<run.outputs.lowerBound + part.upperBound))
        }
    }

    private func plan(queries: Range<Int>, tokens: Int) -> AttentionPlan {
        if pattern == .whole, let selfExtend = encoder.reading.selfExtend, encoder.reading.isLong(tokens) {
            return selfExtend.planOnBothSides(tokens: tokens)
        }
        return pattern.plan(queries: queries, tokens: tokens, globals: min(tokens, encoder.reading.globalTokens))
    }
}
