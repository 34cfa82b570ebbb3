import ApusTesting
import Attention
import Diagnostics
import Foundation
import KeyValues
import ModelFiles
import Models
import Tensors
import Testing

@Suite("Model folders that nobody would make")
struct HostileFolderTests {
    /// Opens the folder and reads three tokens: it works, or it ends in one sentence.
    private static func open(_ folder: TemporaryFolder, _ change: String) {
        do {
            let source = try HuggingFaceSource(HuggingFaceFolder(path: folder.path))
            let decoder = try Models.Decoder(
                source: source, tokenizer: TinyTokenizer.make(), compute: Compute(pool: WorkerPool(threads: 1)))
            let cache = decoder.makeCache(try decoder.cacheSpec(keyType: .f32, valueType: .f32), length: 64, arena: PageArena())
            _ = try decoder.states(tokens: [1, 2, 3], cache: cache, policy: FullAttention(), wanted: .last)
        } catch {
            #expect(error is any Failure, "\(change): \(error)")
        }
    }

    private static func generator(_ name: String) -> SeededGenerator {
        SeededGenerator(seed: Fingerprint(of: name.utf8).value ^ FuzzBudget.seed(1))
    }

    @Test(
        "Tensors that are missing or of another shape never crash",
        arguments: [
            "cohere-plus", "falcon-new", "gemma2", "gpt2", "gpt_neox", "gpt_oss", "gpt_oss-mxfp4", "llama", "mixtral", "mpt", "phi3",
            "stablelm-2-12b",
        ])
    func damagedTensors(name: String) throws {
        let checkpoint = try TinyCheckpoint(named: name), folder = try TemporaryFolder()
        var random = Self.generator(name)
        for _ in 0..<FuzzBudget.rounds(3) {
            var damaged = checkpoint
            let index = Int.random(in: 0..<damaged.tensors.count, using: &random), tensor = damaged.tensors[index]
            switch Int.random(in: 0..<4, using: &random) {
            case 0: damaged.tensors.remove(at: index)
            case 1: damaged.tensors[index].shape[0] += 1
            case 2: damaged.tensors[index].shape = [tensor.count]
            default: damaged.tensors[index].shape.append(1)
            }
            try damaged.write(to: folder.path)
            Self.open(folder, tensor.name)
        }
    }

    @Test(
        "Settings of a kind that is not known are refused, not left out",
        arguments: [
            ("llama-linear", "rope_scaling", JSONValue.string("linear")), ("llama-linear", "rope_parameters", .integer(4)),
            ("gpt_oss", "layer_types", .array(Array(repeating: .string("linear_attention"), count: 4))),
        ])
    func unknownKind(name: String, key: String, value: JSONValue) throws {
        var checkpoint = try TinyCheckpoint(named: name)
        let folder = try TemporaryFolder()
        var settings = try #require(try JSONValue(parsing: Array(checkpoint.config.utf8), path: "config.json").object)
        settings[key] = value
        checkpoint.config = String(decoding: JSONValue.object(settings).serialized().utf8, as: UTF8.self)
        try checkpoint.write(to: folder.path)
        #expect(throws: ModelError.self) { _ = try HuggingFaceSource(HuggingFaceFolder(path: folder.path)) }
    }

    /// Values that make no sense for most settings.
    private static let nonsense: [JSONValue] = [
        .null, .bool(true), .bool(false), .integer(0), .integer(-1), .integer(1), .integer(3), .integer(1 << 32), .integer(.max),
        .number(-0.5), .number(1e-300), .number(1e300), .number(.nan), .number(.infinity), .string(""), .string("sliding_attention"),
        .array([]), .array([.string("full_attention")]), .array([.integer(0), .number(-1)]), .object(JSONObject()),
    ]

    @Test("Settings that make no sense never crash", arguments: TinyCheckpoint.names)
    func damagedSettings(name: String) throws {
        let checkpoint = try TinyCheckpoint(named: name), folder = try TemporaryFolder()
        try checkpoint.write(to: folder.path)
        let settings = try #require(try JSONValue(parsing: Array(checkpoint.config.utf8), path: "config.json").object)
        var random = Self.generator(name)
        for _ in 0..<FuzzBudget.rounds(6) {
            var changes: [String] = []
            let damaged = Self.damage(settings, &random, &changes)
            _ = try folder.write(Array(JSONValue.object(damaged).serialized().utf8), as: "config.json")
            Self.open(folder, changes.joined(separator: ", "))
        }
    }

    /// The settings with nonsense in one or two places.
    private static func damage(_ settings: JSONObject, _ random: inout SeededGenerator, _ changes: inout [String]) -> JSONObject {
        var damaged = settings
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            guard let (key, value) = damaged.map({ $0 }).randomElement(using: &random) else { break }
            if case .object(let inner) = value, Bool.random(using: &random) {
                damaged[key] = .object(damage(inner, &random, &changes))
            } else if let value = nonsense.randomElement(using: &random) {
                changes.append("\(key) \(value.serialized())")
                damaged[key] = value
            }
        }
        return damaged
    }

    private static func error(_ name: String, _ change: (inout TinyCheckpoint) -> Void) throws -> (any Error)? {
        var checkpoint = try TinyCheckpoint(named: name)
        change(&checkpoint)
        let folder = try TemporaryFolder()
        try checkpoint.write(to: folder.path)
        do {
            let source = try HuggingFaceSource(HuggingFaceFolder(path: folder.path))
            _ = try Models.Decoder(source: source, tokenizer: TinyTokenizer.make(), compute: Compute(pool: WorkerPool(threads: 1)))
            return nil
        } catch {
            return error
        }
    }

    @Test("Packed experts whose scales are absent or do not fit are named")
    func packedExperts() throws {
        let missing = try Self.error("gpt_oss-mxfp4") {
            $0.tensors.removeAll { $0.name.hasSuffix("layers.2.mlp.experts.down_proj_scales") }
        }
        #expect("\(try #require(missing))".contains("model.layers.2.mlp.experts.down_proj_scales"))
        let misshapen = try Self.error("gpt_oss-mxfp4") { checkpoint in
            for index in checkpoint.tensors.indices
            where checkpoint.tensors[index].name.hasSuffix("layers.1.mlp.experts.gate_up_proj_blocks") {
                checkpoint.tensors[index].shape = [6, 64, 4, 8]
            }
        }
        #expect("\(try #require(misshapen))".contains("model.layers.1.mlp.experts.gate_up_proj_blocks"))
    }

    @Test("Heads that do not fit the fused projection are refused", arguments: ["gpt_neox", "falcon", "falcon-new"])
    func fusedProjections(name: String) throws {
        for count in ["0", "3", "1048577", "4294967295"] {
            let error = try Self.error(name) {
                $0.config = $0.config.replacing(/"num_attention_heads": \d+/, with: "\"num_attention_heads\": \(count)")
            }
            #expect(error is ModelError, "\(count): \(String(describing: error))")
        }
    }

    @Test("A variant of GPT-2 that would be computed wrongly is refused")
    func otherGPT2() throws {
        let error = try Self.error("gpt2-tuned") {
            $0.config = $0.config.replacing("\"scale_attn_by_inverse_layer_idx\": false", with: "\"scale_attn_by_inverse_layer_idx\": true")
        }
        #expect("\(try #require(error))".contains("scale_attn_by_inverse_layer_idx"))
    }
}
