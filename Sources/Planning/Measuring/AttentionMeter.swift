import Attention
import Diagnostics
import KeyValues
import Positions
import Tensors

/// Measures attention to keys and values of one storage type.
struct AttentionMeter {
    let compute: Compute
    let cache: CacheTypes
    /// Dimensions of a head.
    let dim: Int
    var stopwatch = Stopwatch()
    /// Queries that attend together.
    var chunk = 512
    /// Tokens behind which many queries and single ones attend: whole chunks.
    var depth = 2048

    /// Work for every thread.
    private var heads: Int { compute.pool.threads }
    /// Layers that single queries go through in turn, so that keys come from as far as they do in a model.
    private static let layers = 8
    private static let wideGroup = 8
    private static let ropeTheta = 10_000.0

    /// - Throws: where the machine has no memory for the keys.
    func rates() throws -> MachineRates.Attention {
        let spec = try CacheSpec(keyType: cache.keys, valueType: cache.values, keyDim: dim, valueDim: dim, heads: heads)
        // Turning queries to the places of keys is part of attention, as most models have it.
        let geometry = RotaryGeometry(
            headDim: dim, rotaryDim: dim / 2 * 2, layout: .interleaved, base: Self.ropeTheta, trainedLength: depth)
        let scheme = Rotary(headDim: dim, layout: geometry.layout, inverseFrequencies: geometry.inverseFrequencies)
        let keys = numbers(rows: chunk, columns: heads * dim)
        let empty = KeyValueCache(specs: Array(repeating: spec, count: Self.layers), rotary: Array(repeating: scheme, count: Self.layers))
        let full = empty.fork()
        while full.tokenCount < depth {
            for layer in 0..<Self.layers { try full.append(layer: layer, keys: keys, values: keys, compute: compute) }
            full.commit(tokens: chunk)
        }
        let written = Double(chunk * heads * 2 * dim)
        let writing = try timed { try append(keys, to: empty.fork()) } / written
        let (operations, perQuery) = try manyQueries(full: full, empty: empty, keys: keys, writing: writing * written)
        let run = try single(group: 1, in: full, seeing: CacheSpec.pageTokens)
        let one = try single(group: 1, in: full, seeing: depth) - run,
            wide = try single(group: Self.wideGroup, in: full, seeing: depth) - run
        let numbers = Double(depth * heads * 2 * dim), slope = max(0, (wide - one) / Double(Self.wideGroup - 1))
        return MachineRates.Attention(
            operations: operations, secondsPerQuery: perQuery, secondsPerNumber: max(0, one - slope) / numbers,
            secondsPerNumberAndQuery: slope / numbers, secondsPerRun: run + (try appending(to: full.fork())),
            secondsPerNumberWritten: writing)
    }

    private func append(_ keys: Tensor, to cache: KeyValueCache) throws {
        try cache.append(layer: 0, keys: keys, values: keys, compute: compute)
    }

    /// Operations a second, and seconds for each query and head: from two depths.
    private func manyQueries(
        full: KeyValueCache, empty: KeyValueCache, keys: Tensor, writing: Double
    ) throws -> (operations: Double, perQuery: Double) {
        let group = 4, queries = numbers(rows: chunk, columns: heads * group * dim)
        func seconds(_ cache: KeyValueCache) throws -> Double {
            try timed {
                let fork = cache.fork()
                try append(keys, to: fork)
                try attend(queries, to: fork, layer: 0, from: cache.tokenCount)
            } - writing
        }
        let shallow = try seconds(empty), deep = try seconds(full)
        let rows = Double(chunk * heads * group), perPair = 4 * Double(dim)
        let operations = perPair * rows * Double(depth) / max(1e-9, deep - shallow)
        let ownPairs = rows * Double(chunk + 1) / 2
        return (operations, max(0, shallow - perPair * ownPairs / operations) / rows)
    }

    /// Seconds of one query in one layer.
    private func single(group: Int, in full: KeyValueCache, seeing keys: Int) throws -> Double {
        let queries = numbers(rows: 1, columns: heads * group * dim)
        return try timed {
            for layer in 0..<Self.layers { try attend(queries, to: full, layer: layer, from: keys - 1) }
        } / Double(Self.layers)
    }

    /// Seconds for writing one token's key and value in one layer.
    private func appending(to cache: KeyValueCache) throws -> Double {
        let keys = numbers(rows: 1, columns: heads * dim)
        return try timed {
            for layer in 0..<Self.layers { try cache.append(layer: layer, keys: keys, values: keys, compute: compute) }
            cache.commit(tokens: 1)
        } / Double(Self.layers)
    }

    private func attend(_ queries: Tensor, to cache: KeyValueCache, layer: Int, from position: Int) throws {
        let plan = AttentionPlan([KeySpan(0..<position + queries.rows)])
        _ = try compute.attend(
            queries: queries, firstPosition: position, layer: layer, cache: cache, plans: [plan],
            rule: ScoreRule(scale: 1 / Float(dim).squareRoot()))
    }

    /// - Throws: what the first run of the work throws.
    private func timed(_ work: () throws -> Void) throws -> Double {
        var problem: (any Error)?
        let seconds = stopwatch.seconds {
            do { try work() } catch { problem = problem ?? error }
        }
        if let problem { throw problem }
        return seconds
    }

    private func numbers(rows: Int, columns: Int) -> Tensor {
        var random = SplitMix64(seed: 2)
        return Tensor(rows: rows, columns: columns, (0..<rows * columns).map { _ in Float(random.next() >> 40) / Float(1 << 23) - 1 })
    }
}
