import ApusTesting
import Attention
import KeyValues
import Models
import Tensors
import Testing

@Suite("Methods that choose, on a whole decoder")
struct RetrievalMethodTests {
    private static let tokens: [Int32] = {
        var generator = SeededGenerator(seed: 5)
        return (0..<700).map { _ in Int32(generator.next() % 200) + 3 }
    }()

    private static func decoder() throws -> Models.Decoder {
        let file = try TinyModel(layers: 2, width: 32, heads: 4, keyValueHeads: 2, headDim: 8, feedForward: 32).open()
        return try Models.Decoder(OpenedModel(file), compute: Compute(pool: WorkerPool(threads: 2)))
    }

    /// The last states of a text read in chunks, and the cache that holds it.
    private static func read(
        _ decoder: Models.Decoder, chunks: [Int], policy: any AttentionPolicy, cache: KeyValueCache? = nil
    ) throws -> (states: [Float], cache: KeyValueCache) {
        let spec = try decoder.cacheSpec(keyType: .f32, valueType: .f32, frame: policy.needs.frame ?? .page)
        let cache = cache ?? decoder.makeCache(spec, arena: PageArena())
        var states: [Float] = [], rest = tokens[cache.tokenCount...]
        for length in chunks {
            let chunk = rest.prefix(length)
            states = try #require(try decoder.states(tokens: Array(chunk), cache: cache, policy: policy, wanted: .last)).array
            decoder.endChunk(chunk, in: cache, by: policy)
            rest = rest.dropFirst(length)
        }
        return (states, cache)
    }

    private static func difference(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).map { abs($0 - $1) }.max() ?? .infinity }

    private static let inf = InfLLM(InfLLM.Options(block: 16, topBlocks: 2, window: 64, sinks: 5))
    private static let heads = LongHeads(chunk: 16, attended: 80)

    @Test("Chunks, forks and saved memories make no difference", arguments: [true, false])
    func chunks(usesInfLLM: Bool) throws {
        let decoder = try Self.decoder(), policy: any AttentionPolicy = usesInfLLM ? Self.inf : Self.heads
        let whole = try Self.read(decoder, chunks: [640, 30], policy: policy)
        let other = try Self.read(decoder, chunks: usesInfLLM ? [64, 128, 448, 30] : [100, 1, 413, 126, 30], policy: policy)
        #expect(Self.difference(whole.states, other.states) < 1e-4)
        let half = try Self.read(decoder, chunks: [384], policy: policy).cache, fork = half.fork()
        fork.memory = try #require(half.memory?.record).restored(by: policy, for: half)
        let resumed = try Self.read(decoder, chunks: [256, 30], policy: policy, cache: fork)
        #expect(Self.difference(whole.states, resumed.states) < 1e-4)
        #expect(half.tokenCount == 384)
    }

    @Test("With everything in the budget, and for InfLLM in the window, the states are those of full attention")
    func everything() throws {
        let decoder = try Self.decoder(), full = try Self.read(decoder, chunks: [300, 50], policy: FullAttention())
        let inf = InfLLM(InfLLM.Options(block: 16, topBlocks: 2, window: 350, sinks: 5))
        for policy in [inf, LongHeads(chunk: 16, attended: 352), SirLLM(sinks: 4, surprising: 300, recent: 50)] as [any AttentionPolicy] {
            let read = try Self.read(decoder, chunks: [300, 50], policy: policy)
            #expect(Self.difference(full.states, read.states) < 1e-4, "\(policy.name)")
        }
    }
}

extension MemoryRecord {
    fileprivate func restored(by policy: any AttentionPolicy, for cache: KeyValueCache) throws -> any SequenceMemory {
        try #require(policy.memory(self, for: cache))
    }
}
