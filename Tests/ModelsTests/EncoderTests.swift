import ApusTesting
import Diagnostics
import Foundation
import ModelFiles
import Models
import Tensors
import Testing

@Suite("Encoders, held to transformers")
struct EncoderTests {
    /// How far a state may lie from the golden one; states go up to about 3. Two kinds of GELU differ by more.
    private static let tolerance: Float = 5e-5

    private static func encoder(
        _ checkpoint: TinyCheckpoint, threads: Int = 2, kernels: Kernels = .best
    ) throws -> TextEncoder {
        let folder = try TemporaryFolder()
        var options = EncoderOptions()
        options.globalTokens = checkpoint.globalTokens
        return try withExtendedLifetime(folder) {
            try checkpoint.write(to: folder.path)
            let source = try #require(try HuggingFaceSource(encoder: HuggingFaceFolder(path: folder.path)))
            return try TextEncoder(source: source, compute: Compute(pool: WorkerPool(threads: threads), kernels: kernels), options: options)
        }
    }

    private static func texts(_ checkpoint: TinyCheckpoint) -> [[Int32]] {
        checkpoint.states.map { Array(checkpoint.tokens.prefix($0.length)) }
    }

    private static func rows(_ states: Tensor) -> [[Float]] { (0..<states.rows).map { states.withRow($0, Array.init) } }

    private static func difference(_ states: Tensor, _ golden: [[Float]]) -> Float {
        guard states.rows == golden.count else { return .infinity }
        return zip(rows(states), golden).flatMap { zip($0, $1).map { abs($0 - $1) } }.max() ?? .infinity
    }

    @Test("They find the states of transformers, for all texts in one pass", arguments: TinyCheckpoint.encoderNames)
    func goldens(name: String) throws {
        let checkpoint = try TinyCheckpoint(encoderNamed: name)
        for kernels in [Kernels.best, .portable] {
            let states = try Self.encoder(checkpoint, kernels: kernels).states(of: Self.texts(checkpoint))
            for (states, golden) in zip(states, checkpoint.states) {
                #expect(Self.difference(states, golden.rows) < Self.tolerance)
            }
        }
    }

    @Test("All families are held to it")
    func families() {
        #expect(
            Set(TinyCheckpoint.encoderNames).isSuperset(of: [
                "bert", "roberta", "xlm-roberta", "modernbert", "nomic-bert", "longformer", "longformer-global", "bigbird",
                "bigbird-rescaled",
                "distilbert", "m2-bert", "mpnet",
            ]))
    }

    /// Texts of mixed lengths, among them some that pages of 64 tokens do not divide.
    private static func mixed(_ checkpoint: TinyCheckpoint) -> [[Int32]] {
        [3, 80, 2, 17, 64, 5, 33, 9, 71, 4].map { Array(checkpoint.tokens.suffix($0)) }
    }

    @Test("A text's states do not depend on the texts beside it", arguments: TinyCheckpoint.encoderNames)
    func packing(name: String) throws {
        let checkpoint = try TinyCheckpoint(encoderNamed: name), encoder = try Self.encoder(checkpoint)
        let texts = Self.mixed(checkpoint), packed = try encoder.states(of: texts)
        for (text, states) in zip(texts, packed) {
            let alone = try encoder.states(of: [text])[0]
            #expect(Self.difference(states, Self.rows(alone)) < 1e-5, "\(text.count) tokens")
        }
    }

    @Test("The number of threads changes no bit", arguments: ["bert", "modernbert"])
    func threads(name: String) throws {
        let checkpoint = try TinyCheckpoint(encoderNamed: name), texts = Self.mixed(checkpoint)
        let one = try Self.encoder(checkpoint, threads: 1).states(of: texts).map(Self.rows)
        for threads in [2, 3, 5] {
            #expect(try Self.encoder(checkpoint, threads: threads).states(of: texts).map(Self.rows) == one, "\(threads) threads")
        }
    }

    @Test("Every token sees those behind it: another last token changes the first state", arguments: ["bert", "nomic-bert"])
    func bothWays(name: String) throws {
        let checkpoint = try TinyCheckpoint(encoderNamed: name), encoder = try Self.encoder(checkpoint)
        var text = Array(checkpoint.tokens.prefix(70))
        let before = try Self.rows(encoder.states(of: [text])[0])
        text[69] = (text[69] + 1) % 128
        let after = try Self.rows(encoder.states(of: [text])[0])
        #expect(zip(before[0], after[0]).contains { abs($0 - $1) > 1e-4 })
    }

    @Test("Texts beyond the window and tokens beyond the vocabulary are refused")
    func limits() throws {
        let encoder = try Self.encoder(TinyCheckpoint(encoderNamed: "roberta"))
        // Of 98 rows of positions the first two are no text's.
        #expect(encoder.configuration.contextLength == 96)
        #expect(throws: ModelError.self) { try encoder.states(of: [Array(repeating: 5, count: 97)]) }
        #expect(throws: ModelError.self) { try encoder.states(of: [[5, 128]]) }
        #expect(throws: ModelError.self) { try encoder.states(of: [[-1]]) }
    }
}

@Suite("Encoders in GGUF files")
struct EncoderFileTests {
    /// A folder's model as a GGUF file.
    static func write(_ source: HuggingFaceSource, to path: String, leavingOut: Set<String> = []) throws {
        var writer = GGUFWriter()
        for (key, value) in source.metadata.entries where !key.hasPrefix("apus.") { writer[key] = value }
        for tensor in source.tensors where !leavingOut.contains(tensor.name) {
            try writer.add(
                tensor: tensor.name, shape: tensor.shape, type: tensor.type, bytes: source.matrix(tensor.name).withBytes(Array.init))
        }
        try writer.write(to: path)
    }

    private static func source(_ checkpoint: TinyCheckpoint, in folder: TemporaryFolder) throws -> HuggingFaceSource {
        try checkpoint.write(to: folder.path)
        return try #require(try HuggingFaceSource(encoder: HuggingFaceFolder(path: folder.path)))
    }

    private static let convertible = TinyCheckpoint.encoderNames.filter {
        (try? TinyCheckpoint(encoderNamed: $0).fileNames.isEmpty) == false
    }

    @Test("A folder's tensors get the names that llama.cpp's converter gives them", arguments: convertible)
    func names(name: String) throws {
        let checkpoint = try TinyCheckpoint(encoderNamed: name), folder = try TemporaryFolder()
        #expect(try Set(Self.source(checkpoint, in: folder).tensors.map(\.name)) == Set(checkpoint.fileNames))
    }

    @Test("From a GGUF file they find the same states", arguments: TinyCheckpoint.encoderNames)
    func states(name: String) throws {
        let checkpoint = try TinyCheckpoint(encoderNamed: name), folder = try TemporaryFolder()
        let source = try Self.source(checkpoint, in: folder), path = folder.file("model.gguf")
        try Self.write(source, to: path)
        let compute = Compute(pool: WorkerPool(threads: 1)), text = Array(checkpoint.tokens.prefix(30))
        let states = try TextEncoder(source: GGUFModel(path: path), compute: compute).states(of: [text])[0]
        #expect(try states.array == TextEncoder(source: source, compute: compute).states(of: [text])[0].array)
    }

    @Test("A file without one of its tensors, or cut short anywhere, is refused")
    func damaged() throws {
        let checkpoint = try TinyCheckpoint(encoderNamed: "bert"), folder = try TemporaryFolder()
        let source = try Self.source(checkpoint, in: folder), path = folder.file("model.gguf")
        let compute = Compute(pool: WorkerPool(threads: 1))
        for missing in ["position_embd.weight", "blk.1.attn_output_norm.weight", "blk.0.ffn_up.weight"] {
            try Self.write(source, to: path, leavingOut: [missing])
            #expect { try TextEncoder(source: GGUFModel(path: path), compute: compute) } throws: { "\($0)".contains(missing) }
        }
        try Self.write(source, to: path)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for share in [0.0, 0.001, 0.3, 0.99] {
            let cut = try folder.write(Array(bytes.prefix(Int(Double(bytes.count) * share))), as: "cut.gguf")
            #expect {
                try TextEncoder(source: GGUFModel(path: cut), compute: compute)
            } throws: {
                $0 is any Failure
            }
        }
    }
}

@Suite("Encoder folders that nobody would make")
struct HostileEncoderTests {
    /// Opens and runs what is in a folder; whatever is wrong with it must be said by an error.
    private static func open(_ folder: TemporaryFolder, _ change: String) {
        do {
            guard let source = try HuggingFaceSource(encoder: HuggingFaceFolder(path: folder.path)) else { return }
            let encoder = try TextEncoder(source: source, compute: Compute(pool: WorkerPool(threads: 1)))
            _ = try encoder.states(of: [[5, 6, 7], [8]])
        } catch {
            #expect(error is any Failure, "\(change): \(error)")
        }
    }

    @Test("A tensor that is missing or of another shape is refused by name", arguments: TinyCheckpoint.encoderNames)
    func damagedTensors(name: String) throws {
        let checkpoint = try TinyCheckpoint(encoderNamed: name), folder = try TemporaryFolder()
        for index in stride(from: 0, to: checkpoint.tensors.count, by: 3) {
            for change in 0..<3 {
                var damaged = checkpoint
                switch change {
                case 0: damaged.tensors.remove(at: index)
                case 1: damaged.tensors[index].shape[0] += 1
                default: damaged.tensors[index].shape.append(1)
                }
                try damaged.write(to: folder.path)
                Self.open(folder, damaged.name)
            }
        }
        var headless = checkpoint
        headless.tensors.removeAll { $0.name.contains("embeddings") }
        try headless.write(to: folder.path)
        let source = try #require(try HuggingFaceSource(encoder: HuggingFaceFolder(path: folder.path)))
        #expect(throws: ModelError.self) { try TextEncoder(source: source, compute: Compute(pool: WorkerPool(threads: 1))) }
    }

    private static let nonsense: [JSONValue] = [
        .null, .bool(true), .integer(0), .integer(-1), .integer(1), .integer(3), .integer(.max), .number(1e300), .number(.nan),
        .string("relu"), .array([.string("full_attention")]), .object(JSONObject()),
    ]

    @Test("Settings that make no sense never crash", arguments: TinyCheckpoint.encoderNames)
    func damagedSettings(name: String) throws {
        let checkpoint = try TinyCheckpoint(encoderNamed: name), folder = try TemporaryFolder()
        try checkpoint.write(to: folder.path)
        let settings = try #require(try JSONValue(parsing: Array(checkpoint.config.utf8), path: "config.json").object)
        for (key, _) in settings {
            for value in Self.nonsense {
                var changed = settings
                changed[key] = value
                _ = try folder.write(Array(JSONValue.object(changed).serialized().utf8), as: "config.json")
                Self.open(folder, "\(key) = \(value.summary)")
            }
        }
    }

    @Test(
        "Variants that would mean something else are refused",
        arguments: [
            ("bert", "position_embedding_type", JSONValue.string("relative_key")), ("bert", "is_decoder", .bool(true)),
            ("nomic-bert", "prenorm", .bool(true)), ("bigbird", "attention_type", .string("full")),
            ("longformer", "attention_window", .array([8])),
            ("mpnet", "relative_attention_num_buckets", .integer(64)), ("nomic-bert", "rotary_scaling_factor", .number(2)),
            ("roberta", "pad_token_id", .integer(98)), ("modernbert", "global_attn_every_n_layers", .integer(0)),
        ])
    func variants(name: String, key: String, value: JSONValue) throws {
        let checkpoint = try TinyCheckpoint(encoderNamed: name), folder = try TemporaryFolder()
        try checkpoint.write(to: folder.path)
        var settings = try #require(try JSONValue(parsing: Array(checkpoint.config.utf8), path: "config.json").object)
        settings[key] = value
        _ = try folder.write(Array(JSONValue.object(settings).serialized().utf8), as: "config.json")
        #expect { try HuggingFaceSource(encoder: HuggingFaceFolder(path: folder.path)) } throws: { "\($0)".contains(key) }
    }
}
