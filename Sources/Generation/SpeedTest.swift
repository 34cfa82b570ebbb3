import Attention
import Diagnostics
import Foundation
import KeyValues
import Models
import Tensors

/// One measured speed.
public struct SpeedResult: Sendable, Codable {
    public enum Test: String, Sendable, Codable { case prefill, decode }

    public let test: Test
    /// Tokens processed in each repetition.
    public let tokens: Int
    /// Tokens that stood in the cache before.
    public let depth: Int
    public let method: String
    /// The position scheme.
    public let positions: String
    /// Of each repetition, in the order in which they ran.
    public let tokensPerSecondOfEach: [Double]
    /// The process's largest resident set so far.
    public let peakMemoryBytes: Int
    /// Cached keys that the last query's attention visited.
    public let keysVisited: Int
    /// Keys, or vectors that stand for several, that a query was compared with so that a method could choose: the mean over all queries, layers
    /// and heads, rounded up.
    public let keysCompared: Int

    /// The median of the repetitions.
    public var tokensPerSecond: Double { tokensPerSecondOfEach.sorted()[tokensPerSecondOfEach.count / 2] }
}

/// Measures reading and writing at given lengths and depths.
///
/// A depth is reached by filling the cache with random keys and values, which costs next to nothing; the attention over them
/// takes as long as over real ones.
public struct SpeedTest: Sendable {
    /// Lengths to read at once.
    public var prefill: [Int]
    /// Tokens to generate, one by one; 0 for none.
    public var decode: Int
    public var depths: [Int]
    /// Counted repetitions, at least one.
    public let repeats: Int
    /// Whether one more goes before them that is not counted.
    public let warmsUp: Bool
    public var reading: ReadingOptions

    public init(prefill: [Int], decode: Int, depths: [Int], repeats: Int, warmsUp: Bool = true, reading: ReadingOptions) {
        self.prefill = prefill
        self.decode = decode
        self.depths = depths
        self.repeats = max(1, repeats)
        self.warmsUp = warmsUp
        self.reading = reading
    }

    /// How many cases `Model.measure` runs.
    public var cases: Int { depths.count * (prefill.count + (decode > 0 ? 1 : 0)) }
}

extension Model {
    /// Runs a speed test.
    ///
    /// - Parameter each: receives each result as soon as it is there.
    /// - Throws: a usage error for a method or cache type that the model cannot serve; `Interrupted`.
    public func measure(_ test: SpeedTest, cancellation: Cancellation = Cancellation(), each: (SpeedResult) -> Void) throws {
        let resolved = try ResolvedReading(test.reading, decoder: decoder, answersOnly: true)
        let bench = SpeedBench(
            decoder: decoder, arena: arena, resolved: resolved, repeats: test.repeats, warmsUp: test.warmsUp, cancellation: cancellation)
        if let segments = resolved.segments { return try bench.measure(test, by: bench.cut(segments), each: each) }
        // Under a limit the cache may lie in files.
        if arena.residents == nil { try test.checkMemory(bytesPerToken: resolved.spec.bytesPerToken * decoder.configuration.layers) }
        for depth in test.depths {
            let filled = try bench.cache(filledTo: depth)
            for length in test.prefill { each(try bench.prefill(length, on: filled)) }
            if test.decode > 0 { each(try bench.decode(test.decode, on: filled)) }
        }
    }
}

extension SpeedTest {
    /// Refuses a depth that could not be held, before anything is filled. Methods that drop pages are held to it too: their depth
    /// must still be walked through.
    fileprivate func checkMemory(bytesPerToken: Int) throws(DepthError) {
        let (bytes, overflow) = (depths.max() ?? 0).multipliedReportingOverflow(by: bytesPerToken)
        let memory = ProcessInfo.processInfo.physicalMemory
        guard overflow || UInt64(bytes) > memory else { return }
        throw DepthError(depth: depths.max() ?? 0, bytesPerToken: bytesPerToken, memory: memory)
    }
}

/// A depth whose cache is larger than the machine's memory.
struct DepthError: Failure {
    let depth: Int
    let bytesPerToken: Int
    let memory: UInt64

    var kind: FailureKind { .usage }

    var description: String {
        "A depth of \(depth) tokens at \(bytesPerToken) bytes each does not fit this machine's \(memory) bytes of memory; "
            + "measure at a smaller depth or with a smaller cache type."
    }
}

/// The measurements of one speed test on one model.
struct SpeedBench {
    let decoder: Decoder
    let arena: PageArena
    let resolved: ResolvedReading
    let repeats: Int
    let warmsUp: Bool
    let cancellation: Cancellation

    var reader: Reader { Reader(decoder: decoder, policy: resolved.policy, cancellation: cancellation) }

    /// A cache that holds `depth` tokens of random keys and values.
    func cache(filledTo depth: Int) throws -> KeyValueCache {
        let cache = try resolved.makeCache(decoder, arena: arena)
        let spec = resolved.spec
        var random = RandomSource(seed: 1)
        while cache.tokenCount < depth {
            try cancellation.check()
            let count = min(reader.chunkLength, depth - cache.tokenCount)
            try resolved.policy.beginChunk(count, cache: cache)
            let keys = decoder.makeTensor(rows: count, columns: spec.heads * spec.keyDim)
            let values = decoder.makeTensor(rows: count, columns: spec.heads * spec.valueDim)
            keys.fill(from: &random)
            values.fill(from: &random)
            for layer in 0..<decoder.configuration.layers {
                try cache.append(layer: layer, keys: keys, values: values, compute: decoder.compute)
            }
            cache.commit(tokens: count)
            decoder.endChunk(Array(repeating: 0, count: count)[...], in: cache, by: resolved.policy)
        }
        if resolved.policy.needs.watchedTokens == 0 {
            try remember(cache)
        } else if depth > 0 {
            try reader.endText(Self.tokens(depth, decoder: decoder), in: cache)
        }
        return cache
    }

    /// Lets a method that looks at queries build what it would remember of such a text, which is no part of what is measured.
    private func remember(_ cache: KeyValueCache) throws {
        guard cache.memory == nil, cache.tokenCount > 0 else { return }
        let next = cache.fork()
        try reader.read([0], into: next)
        cache.memory = next.memory
    }

    func prefill(_ length: Int, on filled: KeyValueCache) throws -> SpeedResult {
        let tokens = Self.tokens(length, decoder: decoder)
        return try measure(.prefill, tokens: length, on: filled) { cache in
            try reader.read(tokens[...], into: cache, wanted: .last).map { _ = try decoder.logits($0) }
        }
    }

    /// Tokens without meaning.
    static func tokens(_ count: Int, decoder: Decoder) -> [Int32] {
        (0..<count).map { Int32(($0 * 7919 + 13) % decoder.configuration.vocabulary) }
    }

    func decode(_ count: Int, on filled: KeyValueCache) throws -> SpeedResult {
        try measure(.decode, tokens: count, on: filled) { cache in
            for step in 0..<count {
                let token = Int32((step * 7919 + 13) % decoder.configuration.vocabulary)
                try reader.read([token], into: cache, wanted: .last).map { _ = try decoder.logits($0) }
            }
        }
    }

    /// Runs in their order, and whether they count.
    var runs: [Bool] { (warmsUp ? [false] : []) + Array(repeating: true, count: repeats) }

    /// Every run on a fork of the same cache.
    private func measure(
        _ test: SpeedResult.Test, tokens: Int, on filled: KeyValueCache, _ work: (KeyValueCache) throws -> Void
    ) throws -> SpeedResult {
        let clock = ContinuousClock()
        var rates: [Double] = [], visited = 0, compared = 0
        let queries = max(1, tokens * decoder.configuration.layers * decoder.configuration.heads)
        for counts in runs {
            let cache = filled.fork()
            let start = clock.now
            try work(cache)
            let seconds = start.duration(to: clock.now).seconds
            if counts { rates.append(Double(tokens) / max(seconds, 1e-9)) }
            visited = decoder.visitedKeys(in: cache)
            compared = ((cache.work - filled.work).compared + queries - 1) / queries
        }
        return SpeedResult(
            test: test, tokens: tokens, depth: filled.tokenCount, method: resolved.policy.name, positions: resolved.positions.name,
            tokensPerSecondOfEach: rates, peakMemoryBytes: ProcessMemory.peakBytes, keysVisited: visited,
            keysCompared: compared)
    }
}

extension Tensor {
    /// Fills the tensor with numbers of unit variance.
    fileprivate func fill(from random: inout RandomSource) {
        for row in 0..<rows {
            for column in 0..<columns { self[row, column] = Float(random.unitInterval() - 0.5) * 3.4641 }
        }
    }
}
