import ApusTesting
import Attention
import KeyValues
import ModelFiles
import Models
import Tensors
import Testing

@Suite("Methods of fixed patterns on a whole decoder")
struct LayerPatternTests {
    private static func decoder(_ file: GGUFFile) throws -> Models.Decoder {
        try Models.Decoder(OpenedModel(file), compute: Compute(pool: WorkerPool(threads: 2), kernels: .best))
    }

    private static let tokens = (0..<150).map { Int32($0 * 41 % 250 + 3) }

    private static func policy(_ text: String, _ decoder: Models.Decoder) throws -> any AttentionPolicy {
        try PolicyRegistry.policy(text, window: 512, layers: decoder.configuration.layers)
    }

    /// Reads on in chunks, as the reader does, and returns the logits after every token.
    private static func logits(
        _ decoder: Models.Decoder, _ tokens: [Int32], chunks: [Int], _ policy: any AttentionPolicy, into cache: KeyValueCache
    ) throws -> [[Float]] {
        var rows: [[Float]] = [], rest = tokens[...]
        for length in chunks {
            let chunk = rest.prefix(length)
            let states = try #require(try decoder.states(tokens: Array(chunk), cache: cache, policy: policy, wanted: .all))
            decoder.endChunk(chunk, in: cache, by: policy)
            let logits = try decoder.logits(states)
            rows += (0..<logits.rows).map { row in (0..<logits.columns).map { logits[row, $0] } }
            rest = rest.dropFirst(length)
        }
        return rows
    }

    private static func cache(_ decoder: Models.Decoder, frame: KeyFrame = .page) throws -> KeyValueCache {
        decoder.makeCache(try decoder.cacheSpec(keyType: .f32, valueType: .f32, frame: frame), arena: PageArena())
    }

    private static func largestDifference(_ a: [[Double]], _ b: [[Float]]) -> Double {
        zip(a, b).flatMap { zip($0, $1).map { abs($0 - Double($1)) } }.max() ?? .infinity
    }

    private static let chunkings = [[150], [64, 50, 36], [100] + Array(repeating: 1, count: 50)]

    /// What a method shows: query, key, layer of three, key/value head.
    private static var masks: [(String, ReferenceDecoder.HeadVisibility)] {
        [
            ("full:1/3@middle+sliding:20", { query, key, layer, _ in layer == 1 || query - key < 20 }),
            ("full@2+sink-window:3:16", { query, key, layer, _ in layer == 2 || key < 3 || query - key < 16 }),
            ("masformer:24", { query, key, layer, _ in layer == 0 || query / 24 == key / 24 }),
            ("block1:30@0-1+sliding:7", { query, key, layer, _ in layer < 2 ? query / 30 - key / 30 < 2 : query - key < 7 }),
            (
                "full:1/3+strided:1:2:16",
                { query, key, layer, head in layer == 1 || query / 16 == key / 16 || (key / 16 + head) % 2 == 0 }
            ),
        ]
    }

    @Test("Compositions equal the reference pass under the same mask, in chunks of any length", arguments: masks.indices)
    func compositions(index: Int) throws {
        let (text, mask) = Self.masks[index]
        let file = try TinyModel(layers: 3).open(), decoder = try Self.decoder(file), policy = try Self.policy(text, decoder)
        let expected = try ReferenceDecoder(file).logits(after: Self.tokens) { $1 <= $0 && mask($0, $1, $2, $3) }
        for chunks in Self.chunkings {
            let found = try Self.logits(decoder, Self.tokens, chunks: chunks, policy, into: Self.cache(decoder))
            #expect(Self.largestDifference(expected, found) < 1e-3, "\(text) \(chunks)")
        }
    }

    @Test("Forks go on by themselves", arguments: masks.indices)
    func forks(index: Int) throws {
        let decoder = try Self.decoder(TinyModel(layers: 3).open()), policy = try Self.policy(Self.masks[index].0, decoder)
        let first = Array(Self.tokens.prefix(100)), rest = Array(Self.tokens.dropFirst(100)), other = Array(rest.reversed())
        let cache = try Self.cache(decoder)
        _ = try Self.logits(decoder, first, chunks: [100], policy, into: cache)
        let fork = cache.fork()
        let forked = try Self.logits(decoder, other, chunks: [20, 30], policy, into: fork)
        let own = try Self.logits(decoder, rest, chunks: [20, 30], policy, into: cache)
        for (continuation, found) in [(rest, own), (other, forked)] {
            let alone = try Self.logits(decoder, first + continuation, chunks: [100, 20, 30], policy, into: Self.cache(decoder))
            #expect(Array(alone.dropFirst(100)) == found)
        }
    }

    @Test("Landmarks: a text may be cut anywhere, and within one block it is full attention")
    func landmarks() throws {
        let decoder = try Self.decoder(TinyModel(layers: 3).open())
        func logits(_ policy: any AttentionPolicy, _ chunks: [Int]) throws -> [[Double]] {
            try Self.logits(decoder, Self.tokens, chunks: chunks, policy, into: Self.cache(decoder, frame: .raw)).map {
                $0.map(Double.init)
            }
        }
        for policy in [LandmarkAttention(regular: 9, recalled: 2), LandmarkAttention(regular: 20, recalled: 100)] {
            let whole = try logits(policy, [150])
            for chunks in Self.chunkings {
                let found = try logits(policy, chunks).map { $0.map(Float.init) }
                #expect(Self.largestDifference(whole, found) < 1e-3)
            }
        }
        let full = try logits(FullAttention(), [150]).map { $0.map(Float.init) }
        #expect(Self.largestDifference(try logits(LandmarkAttention(regular: 150, recalled: 1), [100, 50]), full) < 1e-3)
    }

    @Test("A layer that looks near holds pages for what is near, and a full one all")
    func bytes() throws {
        let decoder = try Self.decoder(TinyModel(layers: 3, contextLength: 4096).open())
        let policy = try Self.policy("full:1/3@middle+sliding:64", decoder), cache = try Self.cache(decoder)
        let tokens = (0..<1280).map { Int32($0 * 41 % 250 + 3) }
        _ = try Self.logits(decoder, tokens, chunks: Array(repeating: 128, count: 10), policy, into: cache)
        let page = cache.specs[0].pageBytes
        #expect(cache.bytesInUse == 20 * page + 2 * page)
    }

    @Test("A far token reaches the last one through a full layer, wherever that is, and through near ones only so far")
    func dependency() throws {
        let decoder = try Self.decoder(TinyModel(layers: 3).open())
        func changes(_ text: String, token: Int, at position: Int) throws -> Bool {
            let policy = try Self.policy(text, decoder)
            var other = Self.tokens
            other[token] += 1
            let rows = try [Self.tokens, other].map {
                try Self.logits(decoder, $0, chunks: [150], policy, into: Self.cache(decoder))[position]
            }
            return rows[0] != rows[1]
        }
        // Three layers reach three times the window less the own token.
        #expect(try changes("sliding:10", token: 122, at: 149))
        #expect(try !changes("sliding:10", token: 121, at: 149))
        #expect(try !changes("block0:50", token: 99, at: 149))
        #expect(try changes("block0:50", token: 100, at: 149))
        for layer in 0..<3 { #expect(try changes("full@\(layer)+sliding:10", token: 0, at: 149)) }
        #expect(try changes("sink-window:1:10", token: 0, at: 149))
    }
}
