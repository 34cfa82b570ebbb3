import ApusTesting
import Foundation
import ModelFiles
import Models
import Positions
import Tensors
import Testing

/// How models say how their positions are scaled, and what a person may put in its place.
@Suite("Settings of positions")
struct PositionSettingsTests {
    /// The rotation of the first layer of a Llama in a folder whose settings are changed.
    private static func rotary(_ changes: JSONObject, length: Int = 2048) throws -> Rotary {
        var checkpoint = try TinyCheckpoint(named: "llama")
        let folder = try TemporaryFolder()
        var settings = try #require(try JSONValue(parsing: Array(checkpoint.config.utf8), path: "config.json").object)
        for (key, value) in changes { settings[key] = value }
        checkpoint.config = String(decoding: JSONValue.object(settings).serialized().utf8, as: UTF8.self)
        try checkpoint.write(to: folder.path)
        let source = try HuggingFaceSource(HuggingFaceFolder(path: folder.path))
        return try #require(try Models.Decoder.describe(source).description.rotaryOfLayers(length: length, headDim: 16).first)
    }

    private static let plain = (0..<8).map { pow(1e4, -Double($0) / 8) }

    @Test("Proportional rotation turns the fastest pairs as if all turned")
    func proportional() throws {
        let found = try Self.rotary(["rope_parameters": ["rope_type": "proportional", "partial_rotary_factor": 0.5, "rope_theta": 10000.0]])
        #expect(found.inverseFrequencies == Array(Self.plain[..<4]) + [0, 0, 0, 0])
    }

    @Test("Settings that say yarn and bring lists of factors mean LongRoPE")
    func earlyLongRoPE() throws {
        let factors = JSONValue.array((1...8).map { .integer($0) }), ones = JSONValue.array(Array(repeating: .integer(1), count: 8))
        let changes: JSONObject = [
            "rope_scaling": ["type": "yarn", "short_factor": ones, "long_factor": factors], "original_max_position_embeddings": 1024,
        ]
        let long = try Self.rotary(changes), short = try Self.rotary(changes, length: 1024)
        #expect(short.inverseFrequencies == Self.plain)
        #expect(long.inverseFrequencies == Self.plain.enumerated().map { $1 / Double($0 + 1) })
        #expect(abs(long.gain - (1 + log(2) / log(1024)).squareRoot()) < 1e-6)
    }

    @Test("CLEX without its network, and kinds that are not known, are refused by name", arguments: ["clex", "yarm"])
    func refusals(kind: String) {
        #expect { try Self.rotary(["rope_scaling": ["type": .string(kind), "max_factor": 16]]) } throws: {
            "\($0)".contains(kind == "clex" ? "ode_up_proj" : "yarm")
        }
    }

    // MARK: GGUF

    private static func decoder(_ settings: [String: MetadataValue]) throws -> Models.Decoder {
        var writer = try TinyModel(layers: 1, contextLength: 512).writer()
        for (key, value) in settings { writer["llama." + key] = value }
        let folder = try TemporaryFolder()
        try writer.write(to: folder.file("tiny.gguf"))
        let file = try GGUFModel(path: folder.file("tiny.gguf"))
        return try Models.Decoder(source: file, tokenizer: TinyTokenizer.make(), compute: Compute(pool: WorkerPool(threads: 1)))
    }

    private static func frequencies(_ decoder: Models.Decoder, _ positions: String) throws -> [Double] {
        try decoder.rotaryOfLayers(positions: decoder.positions(positions))[0].inverseFrequencies
    }

    @Test("A factor without a kind is a linear one, and none with the kind none")
    func linear() throws {
        let factor: [String: MetadataValue] = ["rope.scaling.factor": .float32(4)]
        #expect(try Self.frequencies(Self.decoder(factor), "model") == Self.plain.map { $0 / 4 })
        #expect(try Self.frequencies(Self.decoder(factor.merging(["rope.scaling.type": .string("none")]) { $1 }), "model") == Self.plain)
    }

    @Test("The gain of YaRN is what the file says in one of its ways")
    func gain() throws {
        let yarn: [String: MetadataValue] = ["rope.scaling.type": .string("yarn"), "rope.scaling.factor": .float32(4)]
        func gain(_ more: [String: MetadataValue]) throws -> Double {
            try Self.decoder(yarn.merging(more) { $1 }).rotaryOfLayers()[0].gain
        }
        let usual = 0.1 * log(4) + 1
        #expect(try abs(gain([:]) - usual) < 1e-9)
        #expect(try abs(gain(["rope.scaling.yarn_log_multiplier": .float32(1)]) - 1) < 1e-9)
        #expect(try abs(gain(["rope.scaling.attn_factor": .float32(0.5)]) - usual / 2) < 1e-6)
        #expect(try abs(gain(["rope.scaling.yarn_attn_factor": .float32(1.25)]) - 1.25) < 1e-6)
        #expect(throws: ModelError.self) { try gain(["rope.scaling.yarn_ext_factor": .float32(0.5)]) }
    }

    // MARK: In their place

    @Test("Named positions take the place of the model's own, on the frequencies that the model has")
    func named() throws {
        let plain = try Self.decoder([:])
        #expect(try Self.frequencies(plain, "linear:2") == Self.plain.map { $0 / 2 })
        #expect(try plain.positions("yarn:4").window == 2048)
        #expect(try plain.positions("yarn", length: 1024).name == "yarn:2")
        #expect(try plain.positions("yarn:4", length: 700).window == 700)
        #expect(try plain.positions("model").window == 512)
        #expect(try Self.frequencies(plain, "none") == [])
        let divided = try Self.decoder(["rope.scaling.factor": .float32(4)])
        #expect(try Self.frequencies(divided, "linear:2") == Self.plain.map { $0 / 8 })
        let stretched = try Self.decoder([
            "rope.scaling.type": .string("yarn"), "rope.scaling.factor": .float32(4), "rope.scaling.original_context_length": .uint32(128),
        ])
        #expect(try Self.frequencies(stretched, "linear:2") == Self.plain.map { $0 / 2 })
        #expect(try stretched.positions("linear:2").window == 256)
    }

    @Test("Queries are sharpened where the name says so")
    func queryScale() throws {
        let decoder = try Self.decoder([:]), chosen = try decoder.positions("linear:2+log")
        #expect(chosen.name == "linear:2+log")
        #expect(decoder.rotaryOfLayers(positions: chosen)[0].queryScale == .logarithmic(beyond: 512))
        #expect(try decoder.rotaryOfLayers(positions: decoder.positions("linear:2"))[0].queryScale == nil)
    }

    @Test("Models without rotary positions are refused with the reason", arguments: [("gpt2", "learned"), ("mpt", "ALiBi")])
    func unsuited(name: String, reason: String) throws {
        let folder = try TemporaryFolder()
        try TinyCheckpoint(named: name).write(to: folder.path)
        let source = try HuggingFaceSource(HuggingFaceFolder(path: folder.path))
        let decoder = try Models.Decoder(
            source: source, tokenizer: TinyTokenizer.make(), compute: Compute(pool: WorkerPool(threads: 1)))
        #expect { try decoder.positions("yarn:4") } throws: { "\($0)".contains(reason) }
        #expect(try decoder.positions("model").name == "model")
    }

    @Test("Layers that look back only so far keep their own rotation")
    func windows() throws {
        let folder = try TemporaryFolder()
        try TinyCheckpoint(named: "gemma3").write(to: folder.path)
        let source = try HuggingFaceSource(HuggingFaceFolder(path: folder.path))
        let description = try Models.Decoder.describe(source).description
        let decoder = try Models.Decoder(
            source: source, tokenizer: TinyTokenizer.make(), compute: Compute(pool: WorkerPool(threads: 1)))
        let own = decoder.rotaryOfLayers(), linear = try decoder.rotaryOfLayers(positions: decoder.positions("linear:8"))
        for (layer, block) in description.blocks.enumerated() {
            #expect((own[layer] == linear[layer]) == (block.attention.window != nil))
        }
    }
}
