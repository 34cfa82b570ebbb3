import ApusTesting
import Diagnostics
import Foundation
import ModelFiles
import Models
import Retrieval
import Tensors
import Testing

@Suite("Encoders that become GGUF files")
struct PublishedEncoderTests {
    /// Those whose tensors and architectures have names in llama.cpp's tables. BigBird's tensors are BERT's.
    private static let published = TinyCheckpoint.encoderNames.filter {
        (try? TinyCheckpoint(encoderNamed: $0).fileNames.isEmpty) == false && !$0.hasPrefix("bigbird")
    }

    private static let texts = ["the cat", "A hat on the mat, and another!", "x", String(repeating: "the hat ", count: 20)]

    private static var pool: WorkerPool { WorkerPool(threads: 1) }

    /// The file that `apus convert` makes of a folder.
    @discardableResult
    private static func convert(_ folder: String, to path: String, mix: String = "F32") throws -> GGUFModel {
        let settings = try SentenceSettings(folder: folder), published = try PublishedModel(HuggingFaceFolder(path: settings.modelFolder))
        let model = published.adding(settings.metadata(of: try published.metadata.requireString("general.architecture")))
        let plan = QuantizationPlan(publishing: model, mix: StorageMix.named(mix))
        try ModelWriter(model, plan: plan, pool: pool).write(to: path)
        return try GGUFModel(path: path)
    }

    private static func vectors(_ path: String, _ texts: [String] = texts) async throws -> [[Float]] {
        let embedder = try Embedder(at: path, threads: 1)
        return try await embedder.embed(embedder.prepare(texts.map { Array($0.utf8) }, truncates: true))
    }

    private static func leastCosine(_ ours: [[Float]], _ theirs: [[Float]]) -> Double {
        zip(ours, theirs).map { zip($0, $1).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } }.min() ?? 0
    }

    // MARK: - The same model

    @Test("In float32 the vectors are the folder's to the last bit, and in Q8_0 next to them", arguments: published)
    func roundTrip(name: String) async throws {
        let folder = try SentenceFolder(name), file = folder.temporary.file("model.gguf")
        let vectors = try await Self.vectors(folder.path)
        try Self.convert(folder.path, to: file)
        #expect(try await Self.vectors(file) == vectors)
        let blocks = try Self.convert(folder.path, to: file, mix: "Q8_0")
        #expect(blocks.tensors.contains { $0.type == .q8_0 })
        // Of activations, too, eight bits are left, and random models are worse at that than trained ones.
        let cosine = Self.leastCosine(try await Self.vectors(file), vectors)
        #expect(cosine > 0.995 && cosine < 1.0001, "\(cosine)")
    }

    @Test("Tensors and settings have the names that llama.cpp looks for", arguments: published)
    func names(name: String) throws {
        let folder = try SentenceFolder(name), model = try Self.convert(folder.path, to: folder.temporary.file("model.gguf"))
        #expect(Set(model.tensors.map(\.name)) == Set(folder.checkpoint.fileNames))
        let metadata = model.metadata, architecture = try metadata.requireString("general.architecture")
        for key in [
            "block_count", "context_length", "embedding_length", "feed_forward_length", "attention.head_count",
            "attention.layer_norm_epsilon",
        ] { #expect(metadata["\(architecture).\(key)"] != nil, "\(key)") }
        #expect(metadata.bool("\(architecture).attention.causal") == false && metadata.int("\(architecture).pooling_type") == 1)
        #expect(metadata.int("tokenizer.ggml.token_type_count") == model.tensor("token_types.weight")?.rows)
        #expect(metadata["apus.rotary_layout"] == nil && metadata.string("general.type") == "model")
        let kept = model.tensors.filter { $0.shape.count == 1 || ["position_embd.weight", "token_types.weight"].contains($0.name) }
        #expect(kept.allSatisfy { $0.type == .f32 })
    }

    // MARK: - What stands around it

    @Test("Pooling, normalisation, window, small letters and the usual prefix are the folder's")
    func settings() async throws {
        let folder = try SentenceFolder(modules: ["Transformer", "Pooling"]), file = folder.temporary.file("model.gguf")
        try folder.write("{\"max_seq_length\": 20, \"do_lower_case\": true}", "sentence_bert_config.json")
        try folder.write("{\"prompts\": {\"q\": \"query: \"}, \"default_prompt_name\": \"q\"}", "config_sentence_transformers.json")
        for (mode, pooling) in [
            ("pooling_mode_mean_tokens", Pooling.mean), ("pooling_mode_cls_token", .cls), ("pooling_mode_lasttoken", .last),
        ] {
            try folder.write("{\"\(mode)\": true}", "1_Pooling/config.json")
            try Self.convert(folder.path, to: file)
            let embedder = try Embedder(at: file, threads: 1)
            #expect(embedder.pooling == pooling && !embedder.normalizes && embedder.window == 20 && embedder.usualPrefix == "query: ")
            #expect(try embedder.prepare([Array("AB".utf8)])[0].tokens == embedder.prepare([Array("ab".utf8)])[0].tokens)
            #expect(try await Self.vectors(file) == Self.vectors(folder.path))
        }
    }

    @Test("A decoder that makes vectors keeps its pooling, and a model without such settings gets none")
    func decoders() throws {
        let folder = try SentenceFolder(), file = folder.temporary.file("model.gguf")
        try TinyCheckpoint(named: "qwen2").write(to: folder.path, tokenizer: true)
        try folder.pool("pooling_mode_lasttoken")
        #expect(try Self.convert(folder.path, to: file).metadata.int("qwen2.pooling_type") == 3)
        #expect(try Embedder(at: file, threads: 1).pooling == .last)
        try FileManager.default.removeItem(atPath: folder.path + "/modules.json")
        let plain = try Self.convert(folder.path, to: file).metadata
        #expect(plain["qwen2.pooling_type"] == nil && !plain.entries.contains { $0.key.hasPrefix("apus.") })
    }

    // MARK: - Fewer bits

    @Test("Quantising the file keeps what it says, and rows too short for blocks of 256 take finer types")
    func quantised() async throws {
        let folder = try SentenceFolder(modules: ["Transformer", "Pooling"]), path = folder.temporary.file("small.gguf")
        let model = try Self.convert(folder.path, to: folder.temporary.file("model.gguf"))
        let plan = try QuantizationPlan(model, mix: #require(StorageMix.named("Q4_K_M")))
        try ModelWriter(model, plan: plan, pool: Self.pool).write(to: path)
        let small = try GGUFModel(path: path)
        #expect(small.tensor("blk.0.attn_q.weight")?.type == .q5_0 && small.tensor("position_embd.weight")?.type == .f32)
        let embedder = try Embedder(at: path, threads: 1)
        #expect(embedder.pooling == .mean && !embedder.normalizes)
        let ours = try await Self.vectors(path).map(\.normalized), theirs = try await Self.vectors(folder.path).map(\.normalized)
        let cosine = Self.leastCosine(ours, theirs)
        #expect(cosine > 0.98 && cosine < 0.999_999)
    }

    // MARK: - What cannot be written or read

    @Test(
        "A family that other programs have no name for is refused by its own", arguments: ["mpnet", "longformer", "bigbird", "m2-bert"])
    func unpublished(name: String) throws {
        let folder = try TemporaryFolder(), file = folder.file("model.gguf")
        try TinyCheckpoint(encoderNamed: name).write(to: folder.path, tokenizer: true)
        #expect { try Self.convert(folder.path, to: file) } throws: { "\($0)".contains("kind \(name)") && "\($0)".contains("nomic-bert") }
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    // MARK: - Heads

    private static func classifier(_ name: String, change: (inout TinyCheckpoint) -> Void = { _ in }) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        var checkpoint = try TinyCheckpoint(classifierNamed: name)
        change(&checkpoint)
        try checkpoint.write(to: folder.path, tokenizer: true)
        return folder
    }

    @Test(
        "What classifies texts comes along with its classes and what they mean",
        arguments: ["bert", "roberta", "xlm-roberta", "modernbert"])
    func heads(name: String) async throws {
        let folder = try Self.classifier(name) {
            $0.config = $0.config.replacing(
                "\"model_type\"", with: "\"problem_type\": \"multi_label_classification\", \"model_type\"")
        }
        let file = folder.file("model.gguf"), model = try Self.convert(folder.path, to: file, mix: "Q8_0")
        #expect(model.tensors.filter { $0.name.hasPrefix("cls.") }.allSatisfy { $0.type == .f32 })
        try Self.convert(folder.path, to: file)
        let ours = try SequenceClassifier(at: file, threads: 1), theirs = try SequenceClassifier(at: folder.path, threads: 1)
        let texts = try ours.windows(of: Array("the cat on the mat".utf8))
        #expect(try await ours.logits(of: texts) == theirs.logits(of: texts))
        #expect(ours.head.labels == theirs.head.labels && ours.head.kind == .several)
    }

    @Test("A head that a file cannot describe is refused, and a pooler without one is left out")
    func otherHeads() throws {
        for (name, reason) in [("distilbert", "relu"), ("longformer", "kind longformer")] {
            let folder = try Self.classifier(name)
            #expect { try PublishedModel(HuggingFaceFolder(path: folder.path)) } throws: { "\($0)".contains(reason) }
        }
        let tokens = try Self.classifier("modernbert") {
            $0.config = $0.config.replacing("ForSequenceClassification", with: "ForTokenClassification")
        }
        #expect { try PublishedModel(HuggingFaceFolder(path: tokens.path)) } throws: { "\($0)".contains("what classifies") }
        #expect(throws: ClassificationError.noHead(path: tokens.path)) { try SequenceClassifier(at: tokens.path, threads: 1) }
        let pooled = try Self.classifier("bert") { $0.tensors.removeAll { $0.name.hasPrefix("classifier.") } }
        let model = try PublishedModel(HuggingFaceFolder(path: pooled.path))
        #expect(!model.tensors.contains { $0.name.hasPrefix("cls.") })
    }

    @Test("A pair of texts has the same tokens around it in the file, and what a file cannot say of pairs is refused")
    func pairs() throws {
        func folder(_ kind: String) throws -> TemporaryFolder {
            let folder = try Self.classifier("xlm-roberta"), path = folder.file("tokenizer.json")
            let text = try String(contentsOfFile: path, encoding: .utf8), token = "[\"<|im_start|>\", 1]"
            let processor = "{\"type\": \"\(kind)\", \"cls\": [\"<|endoftext|>\", 0], \"sep\": \(token)}"
            _ = try folder.write(Array(("{\"post_processor\": " + processor + ", " + text.dropFirst()).utf8), as: "tokenizer.json")
            let roles = "{\"bos_token\": \"<|endoftext|>\", \"eos_token\": \"<|im_start|>\"}"
            _ = try folder.write(Array(roles.utf8), as: "tokenizer_config.json")
            return folder
        }
        let roberta = try folder("RobertaProcessing"), file = roberta.file("model.gguf")
        try Self.convert(roberta.path, to: file)
        let pairs = try [file, roberta.path].map {
            try SequenceClassifier(at: $0, threads: 1).pairs("ab", ["c"], truncates: false)[0].text.tokens
        }
        #expect(pairs[0] == pairs[1] && pairs[0].count == 7)
        // A second type of tokens is for BERT's words alone.
        let bert = try folder("BertProcessing")
        #expect { try Self.convert(bert.path, to: file) } throws: { "\($0)".contains("two texts") }
    }

    @Test("Settings in a file that make no sense are refused by their key")
    func damaged() throws {
        let folder = try SentenceFolder(), file = folder.temporary.file("model.gguf")
        let settings: [(key: String, value: MetadataValue)] = [
            ("apus.embedding.max_tokens", .uint32(0)), ("apus.embedding.max_tokens", .int32(-4)), ("bert.pooling_type", .uint32(9)),
        ]
        for (key, value) in settings {
            let model = try PublishedModel(HuggingFaceFolder(path: folder.path)).adding([(key, value)])
            try ModelWriter(model, plan: QuantizationPlan(publishing: model), pool: Self.pool).write(to: file)
            #expect { try Embedder(at: file, threads: 1) } throws: { $0 is any Failure && "\($0)".contains(key) }
        }
    }

    @Test("A folder with a part that makes something else of the vectors is refused")
    func parts() throws {
        let folder = try SentenceFolder(modules: ["Transformer", "Pooling", "Dense"])
        #expect { try Self.convert(folder.path, to: folder.temporary.file("model.gguf")) } throws: { "\($0)".contains("Dense") }
    }

    @Test(
        "all-MiniLM-L6-v2 as a file makes the vectors of sentence-transformers too",
        .enabled(if: MiniLMTests.folder != nil, "needs APUS_MINILM, the folder that Scripts/fetch-minilm.sh makes"))
    func miniLM() async throws {
        let cases = try MiniLMTests.golden(), folder = try TemporaryFolder(), path = try #require(MiniLMTests.folder)
        for (mix, farthest) in [("F32", 1e-6), ("F16", 1e-5), ("Q8_0", 2e-3)] {
            try Self.convert(path, to: folder.file("model.gguf"), mix: mix)
            let cosine = Self.leastCosine(try await Self.vectors(folder.file("model.gguf"), cases.map(\.text)), cases.map(\.vector))
            #expect(1 - cosine < farthest, "\(mix): the cosine is \(1 - cosine) short of 1")
        }
    }
}
