import Attention
import Diagnostics
import KeyValues
import Synchronization
import Tensors

/// The interpreter that runs an encoder's description over several texts at once, packed row behind row. What goes over rows does not know
/// whose they are, and attention knows each text's own rows; so nothing is padded.
struct EncoderOperations: KernelOperations {
    let host: TextEncoder
    let texts: PackedTexts

    mutating func embed(_ table: Weight) -> Tensor {
        let x = makeTensor(rows: texts.tokens.count, columns: host.configuration.width)
        compute.embed(tokens: texts.tokens, table: matrix(table), into: x)
        return x
    }

    /// Adds one row to the tokens of first texts, another to those of second ones.
    func addTokenTypes(_ first: Weight, second: Weight, to x: Tensor) {
        guard texts.members.contains(where: { $0.secondPart != nil }) else { return compute.addBias(x, numbers(first)) }
        for member in texts.members {
            let border = min(member.secondPart ?? .max, member.rows.count) + member.rows.lowerBound
            if border > member.rows.lowerBound { compute.addBias(x.rows(member.rows.lowerBound..<border), numbers(first)) }
            if border < member.rows.upperBound { compute.addBias(x.rows(border..<member.rows.upperBound), numbers(second)) }
        }
    }

    mutating func addPositions(_ table: Weight, to x: inout Tensor) {
        let rows = makeTensor(rows: x.rows, columns: x.columns)
        compute.embed(tokens: texts.members.flatMap { (0..<Int32($0.rows.count)) }, table: matrix(table), into: rows)
        compute.add(rows, to: x)
    }

    mutating func keepWantedRows(_ x: Tensor) -> Tensor { x }

    mutating func attend(query: Tensor, key: Tensor, value: Tensor, layer: Int) throws -> Tensor {
        let outputs = makeTensor(rows: query.rows, columns: host.configuration.heads * host.configuration.valueDim)
        let attention = EncoderAttention(encoder: host, layer: layer, query: query, key: key, value: value, outputs: outputs)
        let (alone, together) = texts.shares(among: compute.pool.threads)
        for member in together { try attention.run(member, compute) }
        if !alone.isEmpty { try attention.shareOut(alone) }
        return outputs
    }
}

/// Texts of one pass and where their rows lie.
struct PackedTexts {
    struct Member {
        let rows: Range<Int>
        /// Which of the rows is the first one of a second text.
        let secondPart: Int?
        /// Holds the keys and values of the layer at hand, and nothing between layers.
        let cache: KeyValueCache
    }
    let tokens: [Int32]
    let members: [Member]

    init(_ texts: [EncoderText], makeCache: () -> KeyValueCache) {
        tokens = texts.flatMap(\.tokens)
        var first = 0
        members = texts.map { text in
            defer { first += text.tokens.count }
            return Member(rows: first..<first + text.tokens.count, secondPart: text.secondPart, cache: makeCache())
        }
    }

    /// Longer texts are work for all threads together.
    private static let fewRows = 1024

    /// The texts that threads take one each, and those that all threads go about together: all, where there are not enough of the others.
    func shares(among threads: Int) -> (alone: [Member], together: [Member]) {
        let alone = threads == 1 ? [] : members.filter { $0.rows.count <= Self.fewRows }
        guard alone.count >= 2 * threads else { return ([], members) }
        return (alone, members.filter { $0.rows.count > Self.fewRows })
    }
}

/// One layer's attention of packed texts.
// Sendable because a thread touches the rows and the caches of its own texts only.
private struct EncoderAttention: @unchecked Sendable {
    let encoder: TextEncoder
    let layer: Int
    let query: Tensor
    let key: Tensor
    let value: Tensor
    let outputs: Tensor

    /// A text's queries attend to all of its keys. Their pages are given back at once: no later layer wants them.
    func run(_ member: PackedTexts.Member, _ compute: Compute) throws {
        let cache = member.cache, rows = member.rows
        defer { cache.truncate(to: 0) }
        try cache.append(layer: layer, keys: key.rows(rows), values: value.rows(rows), compute: compute)
        _ = try compute.attend(
            queries: query.rows(rows), firstPosition: 0, layer: layer, cache: cache,
            plans: [encoder.description.plan(layer: layer, tokens: rows.count)],
            rule: encoder.description.blocks[layer].attention.rule, into: outputs.rows(rows))
    }

    /// Threads take one text after another, each by itself.
    func shareOut(_ members: [PackedTexts.Member]) throws {
        let failure = Mutex<(any Error)?>(nil), alone = encoder.aloneOnEachThread
        encoder.compute.pool.forEach(members.count) { index, thread in
            do {
                try run(members[index], alone[thread])
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
