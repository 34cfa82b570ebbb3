import ApusTesting
import Attention
import KeyValues
import Models
import Tensors
import Testing

@Suite("A cache larger than its memory")
struct MemoryLimitTests {
    private let tokens = (0..<4000).map { Int32($0 * 31 % 250 + 3) }

    private static func decoder(threads: Int) throws -> Models.Decoder {
        let model = TinyModel(layers: 3, width: 32, heads: 4, keyValueHeads: 2, feedForward: 32, contextLength: 16384, seed: 7)
        return try Models.Decoder(OpenedModel(model.open()), compute: Compute(pool: WorkerPool(threads: threads)))
    }

    private func read(_ cache: KeyValueCache, _ tokens: ArraySlice<Int32>, by policy: any AttentionPolicy, on decoder: Models.Decoder)
        throws -> [Float]
    {
        var last: [Float] = [], rest = tokens
        while !rest.isEmpty {
            let chunk = rest.prefix(512)
            let states = try decoder.states(tokens: Array(chunk), cache: cache, policy: policy, wanted: .last)
            decoder.endChunk(chunk, in: cache, by: policy)
            rest = rest.dropFirst(512)
            last = try decoder.logits(#require(states)).array
        }
        return last
    }

    @Test(
        "Results are the same to the bit, in reading, in decoding and in forks",
        arguments: [FullAttention(), SlidingWindow(window: 700), StreamingLLM(sinks: 4, window: 2000)] as [any AttentionPolicy])
    func equalBits(policy: any AttentionPolicy) throws {
        let decoder = try Self.decoder(threads: 2), spec = try decoder.cacheSpec(keyType: .bf16, valueType: .bf16)
        let limited = decoder.makeCache(spec, arena: PageArena(limit: 100 << 10)), free = decoder.makeCache(spec, arena: PageArena())
        let text = tokens.dropLast(8)
        #expect(try read(limited, text, by: policy, on: decoder) == read(free, text, by: policy, on: decoder))
        let forks = (limited.fork(), free.fork())
        for token in tokens.suffix(8) {
            #expect(try read(forks.0, [token], by: policy, on: decoder) == read(forks.1, [token], by: policy, on: decoder))
        }
        #expect(try read(limited, tokens.suffix(3), by: policy, on: decoder) == read(free, tokens.suffix(3), by: policy, on: decoder))
        #expect(try #require(limited.arena.residents).sweepCount > 0)
    }

    @Test(
        "No more of the files is in memory than the limit leaves while all pages are gone over",
        .enabled(if: MappedPages.canTell, "only Linux tells what is resident of a mapping"))
    func bounded() throws {
        let decoder = try Self.decoder(threads: 2), spec = try decoder.cacheSpec(keyType: .f32, valueType: .f32)
        let limit = 1 << 20, cache = decoder.makeCache(spec, arena: PageArena(limit: limit))
        _ = try read(cache, tokens[...], by: FullAttention(), on: decoder)
        #expect(try cache.bytesInUse > 2 * limit && !MappedPages.spilled(of: cache).isEmpty)
        for token in tokens.prefix(5) {
            _ = try read(cache, [token], by: FullAttention(), on: decoder)
            // A piece of work goes over 64 pages of each thread before it tells.
            let slack = 2 * 64 * spec.pageBytes
            #expect(try MappedPages.spilled(of: cache).reduce(0) { $0 + $1.residentBytes } <= limit + slack)
        }
    }
}
