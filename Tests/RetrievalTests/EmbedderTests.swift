import ApusTesting
import Attention
import Diagnostics
import Foundation
import Generation
import KeyValues
import ModelFiles
import Models
import Retrieval
import Tensors
import Testing
import Tokenizers

@Suite("Vectors of texts")
struct EmbedderTests {
    private static func bytes(_ texts: String...) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    private static func isNear(_ one: [Float], _ other: [Float]) -> Bool {
        one.count == other.count && zip(one, other).allSatisfy { abs($0 - $1) < 1e-6 }
    }

    @Test("A folder's files say how its states are pooled, and that the vectors have a length of 1")
    func pooling() async throws {
        let folder = try SentenceFolder()
        for (mode, pooling) in [
            ("pooling_mode_mean_tokens", Pooling.mean), ("pooling_mode_lasttoken", .last), ("pooling_mode_mean_tokens", .mean),
        ] {
            try folder.pool(mode)
            let embedder = try Embedder(at: folder.path, threads: 1)
            let texts = try embedder.prepare(Self.bytes("the cat", "a hat on the mat"))
            let vectors = try await embedder.embed(texts)
            #expect(embedder.pooling == pooling && embedder.normalizes && embedder.dimensions == 32)
            for (text, vector) in zip(texts, vectors) {
                let states = try folder.states(text.tokens)
                let sum = (0..<32).map { column in states.reduce(Float(0)) { $0 + $1[column] } }
                let pooled = pooling == .mean ? sum : states[states.count - 1], length = pooled.reduce(0) { $0 + $1 * $1 }.squareRoot()
                #expect(Self.isNear(vector, pooled.map { $0 / length }))
            }
        }
    }

    @Test("What the caller says goes before what the files say")
    func options() async throws {
        let folder = try SentenceFolder()
        let embedder = try Embedder(at: folder.path, pooling: .cls, normalizes: false, threads: 1)
        let texts = try embedder.prepare(Self.bytes("the cat"))
        #expect(Self.isNear(try await embedder.embed(texts)[0], try folder.states(texts[0].tokens)[0]))
        try folder.write("{\"pooling_mode\": \"cls\"}", "1_Pooling/config.json")
        #expect(try Embedder(at: folder.path, threads: 1).pooling == .cls)
        let unnormalized = try SentenceFolder(modules: ["Transformer", "Pooling"])
        #expect(try Embedder(at: unnormalized.path, threads: 1).normalizes == false)
    }

    @Test("Hundreds of texts in several passes get the vectors that each gets alone, in their order")
    func passes() async throws {
        let folder = try SentenceFolder("nomic-bert"), embedder = try Embedder(at: folder.path, threads: 3)
        let texts = (0..<300).map { Array(String(repeating: "the hat ", count: 1 + $0 * 7 % 13).utf8) + Array("\($0)".utf8) }
        let prepared = try embedder.prepare(texts)
        #expect(prepared.reduce(0) { $0 + $1.tokens.count } > 2 * 4096)
        let together = try await embedder.embed(prepared)
        for index in stride(from: 0, to: 300, by: 23) {
            #expect(Self.isNear(try await embedder.embed([prepared[index]])[0], together[index]))
        }
    }

    @Test("Texts beyond the window are refused, or cut and counted")
    func window() throws {
        let folder = try SentenceFolder()
        try folder.write("{\"max_seq_length\": 20, \"do_lower_case\": true}", "sentence_bert_config.json")
        let embedder = try Embedder(at: folder.path, threads: 1)
        #expect(embedder.window == 20)
        let long = Self.bytes("A", String(repeating: "x", count: 33))
        #expect(throws: EmbeddingError.textTooLong(number: 2, tokens: 33, window: 20)) { try embedder.prepare(long) }
        let cut = try embedder.prepare(long, truncates: true)
        #expect(cut.map(\.tokens.count) == [1, 20] && cut.map(\.cutTokens) == [0, 13])
        #expect(cut[0].tokens == (try embedder.prepare(Self.bytes("a")))[0].tokens, "capitals are made small")
        #expect(throws: EmbeddingError.noTokens(number: 1)) { try embedder.prepare([[]]) }
    }

    @Test("A prefix stands before every text: the caller's, or else the model's usual one")
    func prefixes() throws {
        let folder = try SentenceFolder()
        let plain = try Embedder(at: folder.path, threads: 1)
        let text = try plain.prepare(Self.bytes("query: the cat"))[0].tokens
        #expect(try plain.prepare(Self.bytes("the cat"), prefix: "query: ")[0].tokens == text)
        try folder.write("{\"prompts\": {\"q\": \"query: \"}, \"default_prompt_name\": \"q\"}", "config_sentence_transformers.json")
        let prompted = try Embedder(at: folder.path, threads: 1)
        #expect(try prompted.prepare(Self.bytes("the cat"))[0].tokens == text)
        #expect(try prompted.prepare(Self.bytes("query: the cat"), prefix: "")[0].tokens == text)
    }

    @Test("A model whose files do not say how to pool needs to be told, and one with unknown parts is refused")
    func refusals() throws {
        let folder = try SentenceFolder()
        try FileManager.default.removeItem(atPath: folder.path + "/modules.json")
        #expect(throws: EmbeddingError.unknownPooling(path: folder.path)) { try Embedder(at: folder.path, threads: 1) }
        #expect(try Embedder(at: folder.path, pooling: .mean, threads: 1).normalizes)
        let dense = try SentenceFolder(modules: ["Transformer", "Pooling", "Dense"])
        #expect { try Embedder(at: dense.path, threads: 1) } throws: { "\($0)".contains("Dense") }
        let maximum = try SentenceFolder()
        try maximum.pool("pooling_mode_max_tokens")
        #expect { try Embedder(at: maximum.path, threads: 1) } throws: { "\($0)".contains("max_tokens") }
    }

    @Test(
        "Settings that are damaged are refused by their file's name",
        arguments: [
            ("modules.json", "{}"), ("modules.json", "[1]"), ("modules.json", "[{\"type\": \"a.Transformer\", \"path\": \"../..\"}]"),
            ("modules.json", "["), ("1_Pooling/config.json", "[]"), ("1_Pooling/config.json", "{\"pooling_mode_mean_tokens\": 1}"),
            ("1_Pooling/config.json", "{}"), ("1_Pooling/config.json", "{\"pooling_mode\": \"mean\", \"include_prompt\": false}"),
            ("sentence_bert_config.json", "{\"max_seq_length\": 0}"), ("sentence_bert_config.json", "{\"max_seq_length\": \"8\"}"),
            ("config_sentence_transformers.json", "{\"default_prompt_name\": \"q\"}"),
        ])
    func damaged(file: String, content: String) throws {
        let folder = try SentenceFolder()
        try folder.write(content, file)
        #expect {
            try Embedder(at: folder.path, threads: 1)
        } throws: { error in
            error is any Failure && "\(error)".contains(file)
        }
    }

    @Test("A GGUF file says by a number how its states are pooled", arguments: zip([1, 2, 3], Pooling.allCases))
    func files(number: UInt32, pooling: Pooling) throws {
        let path = try Self.decoderFile(pooling: number)
        defer { withExtendedLifetime(path) {} }
        #expect(try Embedder(at: path.file("model.gguf"), threads: 1).pooling == pooling)
    }

    @Test("A pooling that is none is refused")
    func unknownNumber() throws {
        let path = try Self.decoderFile(pooling: 4)
        #expect(throws: EmbeddingError.self) { try Embedder(at: path.file("model.gguf"), threads: 1) }
    }

    private static func decoderFile(pooling: UInt32) throws -> TemporaryFolder {
        let folder = try TemporaryFolder(), model = try TinyModel(family: .qwen2).open()
        var writer = GGUFWriter()
        let source = try GGUFModel(model)
        for (key, value) in source.metadata.entries { writer[key] = value }
        writer["qwen2.pooling_type"] = .uint32(pooling)
        for tensor in source.tensors {
            try writer.add(
                tensor: tensor.name, shape: tensor.shape, type: tensor.type, bytes: source.matrix(tensor.name).withBytes(Array.init))
        }
        try writer.write(to: folder.file("model.gguf"))
        return folder
    }

    @Test("A decoder's last states serve too")
    func decoders() async throws {
        let folder = try TemporaryFolder(), checkpoint = try TinyCheckpoint(named: "llama")
        try checkpoint.write(to: folder.path, tokenizer: true)
        let embedder = try Embedder(at: folder.path, pooling: .last, normalizes: false, threads: 2)
        let texts = try embedder.prepare(Self.bytes("the cat", "a hat"))
        let decoder = try Models.Decoder(OpenedModel(path: folder.path), compute: Compute(pool: WorkerPool(threads: 1)))
        for (text, vector) in zip(texts, try await embedder.embed(texts)) {
            let cache = decoder.makeCache(try decoder.cacheSpec(keyType: .f32, valueType: .f32), arena: PageArena())
            let states = try #require(
                try decoder.states(tokens: text.tokens, cache: cache, policy: FullAttention(), wanted: .last))
            #expect(Self.isNear(vector, states.array))
        }
    }

    @Test("Options take texts beyond the window, and beyond what the folder says of it")
    func longer() async throws {
        let folder = try SentenceFolder()
        try folder.write("{\"max_seq_length\": 20}", "sentence_bert_config.json")
        var options = EncoderOptions()
        options.contextLength = 60
        #expect(try Embedder(at: folder.path, options: options, threads: 1).window == 60)
        options.contextLength = nil
        options.positions = "linear:2"
        let embedder = try Embedder(at: folder.path, options: options, threads: 1)
        #expect(embedder.window == 192)
        let texts = try embedder.prepare(Self.bytes(String(repeating: "x", count: 150), "the cat"))
        let vectors = try await embedder.embed(texts)
        #expect(Self.isNear(vectors[1], try await Embedder(at: folder.path, threads: 1).embed([texts[1]])[0]))
    }

    @Test("A decoder's positions and SelfExtend serve, and what is for encoders is refused")
    func decoderOptions() async throws {
        let folder = try TemporaryFolder()
        try TinyCheckpoint(named: "llama").write(to: folder.path, tokenizer: true)
        func embedder(_ set: (inout EncoderOptions) -> Void) throws -> Embedder {
            var options = EncoderOptions()
            set(&options)
            return try Embedder(at: folder.path, pooling: .last, options: options, threads: 1)
        }
        let plain = try embedder { _ in }, text = try plain.prepare(Self.bytes("the cat on the mat"))
        let vector = try await plain.embed(text)[0]
        #expect(try await Self.isNear(embedder { $0.method = "selfextend:4:64" }.embed(text)[0], vector), "it fits the window")
        let stretched = try embedder { $0.positions = "linear:4" }
        #expect(stretched.window == 4 * plain.window)
        #expect(try await !Self.isNear(stretched.embed(text)[0], vector))
        #expect(throws: EmbeddingError.onlyEncoders(option: "--temperature-scale")) { try embedder { $0.temperatureScale = 0.5 } }
        #expect(throws: EncoderError.self) { try embedder { $0.method = "sliding:8" } }
    }

    @Test("Ways of reading many texts go over the rows that they should")
    func packing() async throws {
        let folder = try SentenceFolder(), embedder = try Embedder(at: folder.path, threads: 1)
        #expect(try Embedder.isEncoder(at: folder.path))
        let test = PackingTest(prompts: 9, lengths: 3...40, batch: 4, repeats: 1), results = try await embedder.measure(test)
        let rows = Dictionary(uniqueKeysWithValues: results.map { ($0.way, $0.rows) }), tokens = test.promptLengths.reduce(0, +)
        #expect(rows[.packed] == tokens && rows[.oneByOne] == tokens)
        #expect(try #require(rows[.padded]) >= #require(rows[.sortedAndPadded]) && rows[.sortedAndPadded] ?? 0 > tokens)
        await #expect(throws: EmbeddingError.self) { try await embedder.measure(PackingTest(prompts: 2, lengths: 3...400)) }
    }

    @Test("A request to stop is heard")
    func cancellation() async throws {
        let folder = try SentenceFolder(), embedder = try Embedder(at: folder.path, threads: 1), cancellation = Cancellation()
        cancellation.cancel()
        let texts = try embedder.prepare(Self.bytes("the cat"))
        await #expect(throws: Interrupted.self) { try await embedder.embed(texts, cancellation: cancellation) }
    }
}
