import ApusTesting
import Attention
import KeyValues
import ModelFiles
import Models
import Tensors
import Testing

@Suite("The decoder")
struct DecoderTests {
    /// Every kind of kernels that this machine runs.
    static let kernels = Kernels.all

    private static func decoder(_ file: GGUFFile, kernels: Kernels = .best, threads: Int = 2) throws -> Models.Decoder {
        try Models.Decoder(OpenedModel(file), compute: Compute(pool: WorkerPool(threads: threads), kernels: kernels))
    }

    /// Logits after every token, read in chunks of the given lengths.
    private static func logits(
        _ decoder: Models.Decoder, _ tokens: [Int32], chunks: [Int]? = nil, type: CacheType = .f32, frame: KeyFrame = .page,
        policy: any AttentionPolicy = FullAttention()
    ) throws -> [[Float]] {
        let spec = try decoder.cacheSpec(keyType: type, valueType: type, frame: frame)
        let cache = decoder.makeCache(spec, arena: PageArena())
        var rows: [[Float]] = []
        var rest = tokens[...]
        for length in chunks ?? [tokens.count] {
            let states = try #require(
                try decoder.states(tokens: Array(rest.prefix(length)), cache: cache, policy: policy, wanted: .all))
            let logits = try decoder.logits(states)
            rows += (0..<logits.rows).map { row in (0..<logits.columns).map { logits[row, $0] } }
            rest = rest.dropFirst(length)
        }
        return rows
    }

    private static func largestDifference(_ a: [[Float]], _ b: [[Float]]) -> Float {
        zip(a, b).flatMap { zip($0, $1).map { abs($0 - $1) } }.max() ?? .infinity
    }

    @Test(
        "With float32 weights and cache it finds the golden logits, on every kind of kernels", arguments: GoldenLogits.tinyModels, kernels)
    func goldens(name: String, kernels: Kernels) throws {
        let decoder = try Self.decoder(GGUFFile(path: GoldenLogits.modelPath(name)).widened(), kernels: kernels)
        for golden in try GoldenLogits.named(name).cases {
            let logits = try Self.logits(decoder, golden.tokens + golden.greedy.dropLast())
            #expect(logits.prefix(golden.tokens.count).map(likeliest) == golden.argmax)
            #expect(logits.suffix(golden.greedy.count).map(likeliest) == golden.greedy)
            for row in golden.rows { #expect(row.largestDifference(from: logits[row.position]) < 1e-3) }
        }
    }

    @Test(
        "As stored, with a bf16 cache, it stays as near to the golden logits as rounded activations allow",
        arguments: GoldenLogits.tinyModels)
    func storedTypes(name: String) throws {
        let decoder = try Self.decoder(GGUFFile(path: GoldenLogits.modelPath(name)))
        for golden in try GoldenLogits.named(name).cases {
            let logits = try Self.logits(decoder, golden.tokens, type: .bf16)
            let equal = zip(logits.map(likeliest), golden.argmax).count { $0 == $1 }
            #expect(Double(equal) >= 0.9 * Double(golden.argmax.count))
            for row in golden.rows { #expect(row.largestDifference(from: logits[row.position]) < 0.5) }
        }
    }

    @Test(
        "The real story model agrees with an independent forward pass on five prompts",
        .enabled(if: TestFiles.hasStories, "needs shared/data/models/stories260K"))
    func storyGoldens() throws {
        let decoder = try Self.decoder(GGUFFile(path: TestFiles.storyModelPath))
        for golden in try GoldenLogits.named("stories260K").cases {
            let logits = try Self.logits(decoder, golden.tokens)
            #expect(logits.map(likeliest) == golden.argmax)
            for row in golden.rows { #expect(row.largestDifference(from: logits[row.position]) < 2e-3) }
        }
    }

    @Test("The real story model tells the known story", .enabled(if: TestFiles.hasStories, "needs shared/data/models/stories260K"))
    func knownStory() throws {
        let decoder = try Self.decoder(GGUFFile(path: TestFiles.storyModelPath))
        let story = try GreedyStory.load()
        let spec = try decoder.cacheSpec(keyType: .bf16, valueType: .bf16)
        let cache = decoder.makeCache(spec, arena: PageArena())
        var next = story.promptIds
        var told: [Int32] = []
        for _ in story.generatedIds {
            let states = try #require(try decoder.states(tokens: next, cache: cache, policy: FullAttention(), wanted: .last))
            let logits = try decoder.logits(states)
            next = [likeliest((0..<logits.columns).map { logits[0, $0] })]
            told += next
        }
        #expect(told == story.generatedIds)
    }

    @Test("How a text is cut into chunks does not matter", arguments: [[64], [1, 63], [17, 30, 17], Array(repeating: 1, count: 64)])
    func chunks(lengths: [Int]) throws {
        let decoder = try Self.decoder(GGUFFile(path: GoldenLogits.modelPath("llama3-tiny")).widened())
        let tokens = (0..<64).map { Int32($0 * 37 % 250 + 3) }
        let whole = try Self.logits(decoder, tokens)
        #expect(Self.largestDifference(whole, try Self.logits(decoder, tokens, chunks: lengths)) < 1e-3)
    }

    @Test("The number of threads changes no bit", arguments: [1, 2, 3, 5])
    func threads(count: Int) throws {
        let file = try GGUFFile(path: GoldenLogits.modelPath("qwen2-tiny"))
        let tokens = (0..<90).map { Int32($0 * 31 % 250 + 3) }
        let one = try Self.logits(Self.decoder(file, threads: 1), tokens, chunks: [60, 29, 1], type: .bf16)
        let several = try Self.logits(Self.decoder(file, threads: count), tokens, chunks: [60, 29, 1], type: .bf16)
        #expect(one == several)
    }

    @Test("The frame in which keys are kept does not matter", arguments: KeyFrame.allCases)
    func frames(frame: KeyFrame) throws {
        let decoder = try Self.decoder(GGUFFile(path: GoldenLogits.modelPath("qwen2-tiny")).widened())
        let tokens = (0..<150).map { Int32($0 * 31 % 250 + 3) }
        let expected = try Self.logits(decoder, tokens)
        #expect(Self.largestDifference(expected, try Self.logits(decoder, tokens, frame: frame)) < 1e-3)
    }

    @Test("A sliding window equals the reference pass that sees no farther")
    func slidingWindow() throws {
        let file = try GGUFFile(path: GoldenLogits.modelPath("llama3-tiny")).widened()
        let tokens = (0..<80).map { Int32($0 * 41 % 250 + 3) }
        let expected = try ReferenceDecoder(file).logits(after: tokens) { query, key in key <= query && query - key < 24 }
        let decoder = try Self.decoder(file)
        let windowed = try Self.logits(decoder, tokens, chunks: [50, 30], policy: SlidingWindow(window: 24))
        let difference = zip(expected, windowed).flatMap { zip($0, $1).map { abs($0 - Double($1)) } }.max() ?? .infinity
        #expect(difference < 1e-3)
    }

    /// A tiny model with further metadata.
    private static func tinyModel(_ entries: [String: MetadataValue] = [:], rotaryBase: Float = 10_000) throws -> GGUFFile {
        let folder = try TemporaryFolder()
        return try withExtendedLifetime(folder) {
            var writer = try TinyModel(rotaryBase: rotaryBase).writer()
            for (key, value) in entries { writer[key] = value }
            try writer.write(to: folder.file("tiny.gguf"))
            return try GGUFFile(path: folder.file("tiny.gguf"))
        }
    }

    /// Breaks a run off after its first layer.
    private final class Breaker: AttentionObserver {
        struct Broken: Error {}
        func observe(_ attention: LayerAttention) throws { throw Broken() }
    }

    @Test("A run that fails between the layers leaves the cache as it was")
    func failures() throws {
        let decoder = try Self.decoder(Self.tinyModel()), spec = try decoder.cacheSpec(keyType: .f32, valueType: .f32)
        let tokens = (0..<200).map { Int32($0 * 31 % 250 + 3) }, expected = try Self.logits(decoder, tokens, chunks: [70, 130])
        // Room for the first 70 tokens in both layers, and for the rest in one of them.
        let cache = decoder.makeCache(spec, arena: PageArena.full(after: spec.bytes(tokens: 70) * 2 + spec.bytes(tokens: 130)))
        func run(_ tokens: ArraySlice<Int32>, in cache: KeyValueCache, observer: (any AttentionObserver)? = nil) throws -> Tensor? {
            try decoder.states(tokens: Array(tokens), cache: cache, policy: FullAttention(), wanted: .last, observer: observer)
        }
        _ = try run(tokens[..<70], in: cache)
        let before = cache.arena.bytesInUse
        #expect(throws: KeyValueError.self) { try run(tokens[70...], in: cache) }
        #expect(throws: Breaker.Broken.self) { try run(tokens[70..<80], in: cache, observer: Breaker()) }
        #expect(cache.tokenCount == 70 && cache.arena.bytesInUse == before)
        #expect((0..<2).allSatisfy { cache.filled(layer: $0) == 70 })
        let roomy = decoder.makeCache(spec, arena: PageArena())
        _ = try run(tokens[..<70], in: roomy)
        #expect(throws: Breaker.Broken.self) { try run(tokens[70..<150], in: roomy, observer: Breaker()) }
        let states = try #require(try run(tokens[70...], in: roomy))
        #expect(Self.largestDifference([try decoder.logits(states).array], [expected[199]]) < 1e-4)
    }

    @Test("A model's own window ends what a method shows where it stands, and leaves the sinks of a stream")
    func ownWindow() throws {
        let tokens = (0..<150).map { Int32($0 * 31 % 250 + 3) }
        let plain = try Self.decoder(Self.tinyModel())
        let windowed = try Self.decoder(Self.tinyModel(["llama.attention.sliding_window": .uint32(24)]))
        let sliding = try Self.logits(plain, tokens, policy: SlidingWindow(window: 24))
        #expect(Self.largestDifference(try Self.logits(windowed, tokens), sliding) < 1e-4)
        #expect(Self.largestDifference(try Self.logits(plain, tokens), sliding) > 1e-3)
        let stream = StreamingLLM(sinks: 4, window: 20), expected = try Self.logits(plain, tokens, policy: stream)
        #expect(Self.largestDifference(try Self.logits(windowed, tokens, policy: stream), expected) < 1e-4)
        #expect(Self.largestDifference(try Self.logits(plain, tokens, policy: SlidingWindow(window: 20)), expected) > 1e-4)
    }

    @Test("Read in full, a model whose layers all look back only so far holds no more pages than they see, with the same logits")
    func ownWindowMemory() throws {
        let tokens = (0..<600).map { Int32($0 * 31 % 250 + 3) }
        let decoder = try Self.decoder(Self.tinyModel(["llama.attention.sliding_window": .uint32(24)])), full = FullAttention()
        let spec = try decoder.cacheSpec(keyType: .f32, valueType: .f32)
        let kept = decoder.makeCache(spec, arena: PageArena()), cut = decoder.makeCache(spec, arena: PageArena())
        var bytes: [Int] = []
        for start in stride(from: 0, to: tokens.count, by: 100) {
            let chunk = Array(tokens[start..<start + 100])
            let expected = try #require(try decoder.states(tokens: chunk, cache: kept, policy: full, wanted: .all))
            let states = try #require(try decoder.states(tokens: chunk, cache: cut, policy: full, wanted: .all))
            #expect(states.array == expected.array)
            decoder.endChunk(chunk[...], in: cut, by: full)
            bytes.append(cut.bytesInUse)
        }
        let pages = 24 / CacheSpec.pageTokens + 2, pageBytes = spec.heads * (spec.keyPageBytes + spec.valuePageBytes)
        #expect(bytes.allSatisfy { $0 <= 2 * pages * pageBytes } && kept.bytesInUse > 2 * 2 * pages * pageBytes)
        let plain = try Self.decoder(Self.tinyModel()), whole = plain.makeCache(spec, arena: PageArena())
        _ = try plain.states(tokens: tokens, cache: whole, policy: full, wanted: .none)
        plain.endChunk(tokens[...], in: whole, by: full)
        #expect(whole.bytesInUse == kept.bytesInUse)
    }

    @Test("Models that differ in their metadata alone have other fingerprints")
    func fingerprints() throws {
        let one = try Self.decoder(Self.tinyModel()), same = try Self.decoder(Self.tinyModel())
        #expect(one.fingerprint == same.fingerprint)
        #expect(try one.fingerprint != Self.decoder(Self.tinyModel(rotaryBase: 20_000)).fingerprint)
    }

    @Test("A file that claims more layers than it can hold is refused before anything is made for them")
    func tooManyLayers() throws {
        #expect(throws: ModelError.self) { try Self.decoder(Self.tinyModel(["llama.block_count": .uint32(1 << 24)])) }
    }

    @Test("An architecture that is not known is refused with the list of those that are")
    func unknownArchitecture() {
        #expect(throws: ModelError.self) { try DecoderRegistry.family(of: "mamba", in: "x.gguf") }
    }
}
