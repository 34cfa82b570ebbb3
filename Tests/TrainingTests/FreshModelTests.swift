import ApusTesting
import Attention
import Foundation
import KeyValues
import ModelFiles
import Models
import Tensors
import Testing
import Tokenizers

@testable import Training

@Suite("New models, and what is exported")
struct FreshModelTests {
    /// A pool of its own for each use: tests run side by side, and a pool serves one caller at a time.
    private static var compute: Compute { Compute(pool: WorkerPool(threads: 2)) }

    private static func vocabulary() throws -> Vocabulary {
        let file = try TinyModel().open()
        return try Vocabulary(metadata: file.metadata, source: file.path)
    }

    private static func fresh(_ architecture: String, tied: Bool = true, seed: UInt64 = 1) throws -> FreshModel {
        let sizes = FreshModel.Sizes(
            architecture: architecture, layers: 2, width: 64, heads: 4, keyValueHeads: 2, headDim: 16, feedForward: 96, context: 128,
            ropeBase: 10_000, tied: tied, seed: seed)
        return try FreshModel(sizes, vocabulary: vocabulary(), name: "fresh")
    }

    @Test("Every architecture makes a file that the engine opens and reads with", arguments: FreshModel.architectures, [true, false])
    func architectures(name: String, tied: Bool) throws {
        let model = try Self.fresh(name, tied: tied), folder = try TemporaryFolder(), path = folder.file("fresh.gguf")
        #expect((model.tensor("output.weight") == nil) == tied)
        try ModelWriter(model, plan: QuantizationPlan(publishing: model), pool: Self.compute.pool).write(to: path)
        let opened = try OpenedModel(path: path), decoder = try Models.Decoder(opened, compute: Self.compute)
        #expect(decoder.name == "fresh" && opened.source.tensors.count == model.tensors.count)
        // Before it has learned anything, all tokens are about as likely.
        let loss = try Self.loss(of: [5, 90, 17, 200, 33], decoder)
        #expect(abs(loss - log(Double(decoder.configuration.vocabulary))) < 0.3)
    }

    @Test("Weights have their deviations, are the same for the same seed, and others for another")
    func weights() throws {
        let model = try Self.fresh("llama")
        func deviation(_ name: String) throws -> Double {
            let values = Tensor(decoding: try model.matrix(name)).array.map(Double.init)
            return (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
        }
        #expect(try abs(deviation("blk.0.ffn_up.weight") - 0.02) < 0.001 && abs(deviation("token_embd.weight") - 0.02) < 0.001)
        #expect(try abs(deviation("blk.1.ffn_down.weight") - 0.01) < 0.0005 && abs(deviation("blk.0.attn_output.weight") - 0.01) < 0.0005)
        #expect(try deviation("blk.0.attn_norm.weight") == 1)
        func values(_ model: FreshModel, _ name: String) throws -> [Float] { Tensor(decoding: try model.matrix(name)).array }
        let again = try Self.fresh("llama"), other = try Self.fresh("llama", seed: 2)
        #expect(try values(model, "blk.0.attn_q.weight") == values(again, "blk.0.attn_q.weight"))
        #expect(try values(model, "blk.0.attn_q.weight") != values(other, "blk.0.attn_q.weight"))
        #expect(try values(model, "blk.0.ffn_up.weight") != values(model, "blk.0.ffn_gate.weight"))
    }

    @Test("A trained model that is written and opened again predicts as it did in training", arguments: ["llama", "mixtral"], [nil, 4])
    func export(name: String, rank: Int?) throws {
        let source: any ModelSource = name == "llama" ? try Self.fresh(name) : try TinyTraining(name).source
        let adapters = rank.map { LoRAOptions(rank: $0, alpha: 8) }
        let trained = try TrainedDecoder(
            source: source, compute: Self.compute, options: TrainingOptions(precision: .float32, adapters: adapters))
        var random = SeededGenerator(seed: 4)
        for parameter in trained.parameters {
            for index in 0..<parameter.value.count { parameter.value.values[index] += random.normal(deviation: 0.05) }
        }
        trained.refresh()
        let tokens = (0..<48).map { _ in Int32(random.next() % 120 + 3) }
        var batch = PackedBatch()
        batch.append(tokens)
        let expected = try trained.loss(of: batch).mean

        let model = TrainedModel(trained, from: source, name: "learned"), folder = try TemporaryFolder()
        try ModelWriter(model, plan: QuantizationPlan(publishing: model, mix: StorageMix.named("f32")), pool: Self.compute.pool)
            .write(to: folder.file("learned.gguf"))
        var written: [any ModelSource] = [try GGUFModel(GGUFFile(path: folder.file("learned.gguf")))]
        // A folder needs a tokenizer, which the checkpoints for tests have not.
        if name == "llama" {
            try FolderWriter(FolderModel(model), pool: Self.compute.pool).write(to: folder.file("learned"))
            written.append(try HuggingFaceSource(HuggingFaceFolder(path: folder.file("learned"))))
        }
        for source in written {
            let decoder = try Models.Decoder(source: source, tokenizer: TinyTokenizer.make(), compute: Self.compute)
            #expect(try abs(Self.loss(of: tokens, decoder) - expected) < 1e-4)
        }
        #expect(written[0].metadata.string("general.name") == "learned")
    }

    @Test("A model that is deepened has more layers and says what it said before", arguments: [3, 4, 7])
    func deepened(layers: Int) throws {
        let model = try Self.fresh("llama"), tokens: [Int32] = [5, 90, 17, 200, 33]
        #expect(DeepenedModel.objection(to: layers, of: model) == nil)
        let deepened = DeepenedModel(model, layers: layers)
        func loss(_ source: any ModelSource) throws -> (layers: Int, loss: Double) {
            let decoder = try Models.Decoder(source: source, tokenizer: TinyTokenizer.make(), compute: Self.compute)
            return (decoder.configuration.layers, try Self.loss(of: tokens, decoder))
        }
        let before = try loss(model), after = try loss(deepened)
        #expect(before.layers == 2 && after.layers == layers && after.loss == before.loss)
        // All new layers learn: with outputs of zero their gradient is not.
        let trained = try TrainedDecoder(source: deepened, compute: Self.compute, options: TrainingOptions(precision: .float32))
        #expect(trained.parameters.all.count { $0.name.hasSuffix("attn_output.weight") } == layers)
    }

    @Test("A model cannot be deepened to fewer layers than it has, and not where a layer could not be kept silent")
    func notDeepened() throws {
        #expect(DeepenedModel.objection(to: 2, of: try Self.fresh("llama"))?.hasSuffix("has 2 layers already") == true)
        #expect(DeepenedModel.objection(to: 9, of: try TinyTraining("mixtral").source)?.contains("ffn_down.weight") == true)
    }

    @Test("A model whose query heads share fewer key/value heads says what it said before", arguments: ["llama", "qwen2", "qwen3"])
    func ungrouped(name: String) throws {
        let model = try Self.fresh(name), tokens: [Int32] = [5, 90, 17, 200, 33]
        #expect(UngroupedModel.objection(to: 4, of: model) == nil)
        let ungrouped = UngroupedModel(model, keyValueHeads: 4)
        func decoder(_ source: any ModelSource) throws -> Models.Decoder {
            try Models.Decoder(source: source, tokenizer: TinyTokenizer.make(), compute: Self.compute)
        }
        let before = try decoder(model), after = try decoder(ungrouped)
        #expect(before.configuration.keyValueHeads == 2 && after.configuration.keyValueHeads == 4)
        #expect(try abs(Self.loss(of: tokens, before) - Self.loss(of: tokens, after)) < 1e-6)
        #expect(try ungrouped.matrix("blk.1.attn_k.weight").rows == 64 && ungrouped.tensor("blk.1.attn_v.weight")?.shape == [64, 64])
    }

    @Test("Key/value heads can only become more, and only so many that query heads share them evenly")
    func notUngrouped() throws {
        let model = try Self.fresh("llama")
        #expect(UngroupedModel.objection(to: 2, of: model)?.hasSuffix("has 2 key/value heads already") == true)
        #expect(UngroupedModel.objection(to: 3, of: model)?.contains("2 key/value and 4 query heads") == true)
        #expect(UngroupedModel.objection(to: 8, of: model)?.contains("2 key/value and 4 query heads") == true)
        #expect(UngroupedModel.objection(to: 4, of: try Self.fresh("olmo2"))?.contains("one norm for all heads") == true)
    }

    /// The mean loss of all tokens but the first.
    private static func loss(of tokens: [Int32], _ decoder: Models.Decoder) throws -> Double {
        let cache = decoder.makeCache(try decoder.cacheSpec(keyType: .f32, valueType: .f32), arena: PageArena())
        let states = try #require(try decoder.states(tokens: tokens, cache: cache, policy: FullAttention(), wanted: .all))
        let logits = try decoder.logits(states)
        let losses = tokens.dropFirst().enumerated().map { row, target -> Double in
            let scores = (0..<logits.columns).map { Double(logits[row, $0]) }, most = scores.max() ?? 0
            return log(scores.reduce(0) { $0 + exp($1 - most) }) + most - scores[Int(target)]
        }
        return losses.reduce(0, +) / Double(losses.count)
    }
}
