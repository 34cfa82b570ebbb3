import ApusTesting
import Attention
import Diagnostics
import Foundation
import ModelFiles
import Models
import Tensors
import Testing
import Tokenizers

@Suite("Conversion between Hugging Face folders and GGUF files")
struct ConversionTests {
    private static var pool: WorkerPool { WorkerPool(threads: 1) }

    /// The checkpoints whose families can become folders again.
    private static let reversible = TinyCheckpoint.names.filter { name in
        !["falcon", "gpt", "mpt"].contains { name.hasPrefix($0) }
    }

    private static func publish(
        _ checkpoint: TinyCheckpoint, in folder: TemporaryFolder, mix: String? = "F32", as type: StorageType = .f32
    ) throws -> GGUFFile {
        try FileManager.default.createDirectory(atPath: folder.file("checkpoint"), withIntermediateDirectories: true)
        try checkpoint.write(to: folder.file("checkpoint"), as: type, tokenizer: true)
        return try publish(folder.file("checkpoint"), to: folder.file("model.gguf"), mix: mix)
    }

    private static func publish(_ path: String, to file: String, mix: String? = nil) throws -> GGUFFile {
        let model = try PublishedModel(HuggingFaceFolder(path: path))
        let plan = QuantizationPlan(publishing: model, mix: mix.flatMap(StorageMix.named))
        try ModelWriter(model, plan: plan, pool: pool).write(to: file)
        return try GGUFFile(path: file)
    }

    private static func contents(of model: some ModelSource) throws -> [String: [Float]] {
        try Dictionary(uniqueKeysWithValues: model.tensors.map { ($0.name, Tensor(decoding: try model.matrix($0.name)).array) })
    }

    // MARK: To GGUF

    @Test("The GGUF file made from a folder gives the logits of transformers", arguments: TinyCheckpoint.names)
    func goldens(name: String) throws {
        let checkpoint = try TinyCheckpoint(named: name), folder = try TemporaryFolder()
        let file = try Self.publish(checkpoint, in: folder)
        let decoder = try Models.Decoder(OpenedModel(file), compute: Compute(pool: Self.pool))
        let logits = try DecoderGoldenTests.logits(decoder, checkpoint.tokens, length: 64, chunks: [64])
        #expect(DecoderGoldenTests.error(logits, checkpoint.logits) < DecoderGoldenTests.tolerance(checkpoint))
        #expect(file.metadata["apus.rotary_layout"] == nil && file.metadata.string("general.type") == "model")
        let vectors = file.tensors.filter { $0.shape.count == 1 || $0.name.hasSuffix("norm.weight") }
        #expect(vectors.allSatisfy { $0.type == .f32 })
    }

    @Test("Without a type, matrices keep theirs, and the file says which most have")
    func storedTypes() throws {
        let folder = try TemporaryFolder()
        let file = try Self.publish(TinyCheckpoint(named: "gpt_oss-mxfp4"), in: folder, mix: nil, as: .bf16)
        #expect(file.tensor("blk.0.ffn_up_exps.weight")?.type == .mxfp4 && file.tensor("blk.0.attn_q.weight")?.type == .bf16)
        #expect(file.tensor("blk.0.ffn_up_exps.bias")?.type == .f32 && file.tensor("blk.0.ffn_gate_inp.weight")?.type == .f32)
        #expect(file.metadata.int("gpt-oss.expert_feed_forward_length") == 32 && file.metadata.int("general.quantization_version") == 2)
        let llama = try Self.publish(TinyCheckpoint(named: "llama3-scaling"), in: TemporaryFolder(), mix: nil, as: .f16)
        #expect(llama.metadata.int("general.file_type") == 1 && llama.tensor("token_embd.weight")?.type == .f16)
        #expect(llama.tensor("rope_freqs.weight")?.type == .f32)
    }

    @Test("A mixture is what quantising the file would give, and blocks stay blocks")
    func mixtures() throws {
        let folder = try TemporaryFolder()
        let file = try Self.publish(TinyCheckpoint(named: "qwen2"), in: folder, mix: "Q8_0")
        #expect(file.tensor("blk.0.attn_q.weight")?.type == .q8_0 && file.metadata.int("general.file_type") == 7)
        let packed = try Self.publish(TinyCheckpoint(named: "gpt_oss-mxfp4"), in: TemporaryFolder(), mix: "Q8_0")
        #expect(packed.tensor("blk.0.ffn_up_exps.weight")?.type == .mxfp4 && packed.tensor("blk.0.attn_q.weight")?.type == .q8_0)
    }

    @Test("The vocabulary has a piece for every row of the embedding")
    func vocabulary() throws {
        var checkpoint = try TinyCheckpoint(named: "llama")
        for index in checkpoint.tensors.indices where checkpoint.tensors[index].shape == [128, 64] {
            checkpoint.tensors[index].shape = [136, 64]
        }
        checkpoint.config = checkpoint.config.replacingOccurrences(of: "\"vocab_size\": 128", with: "\"vocab_size\": 136")
        let file = try Self.publish(checkpoint, in: TemporaryFolder())
        #expect(file.metadata.strings("tokenizer.ggml.tokens")?.count == 136)
        #expect(file.metadata.ints("tokenizer.ggml.token_type")?.last == 5)
        #expect(file.metadata.int("tokenizer.ggml.bos_token_id") == 0 && file.metadata.int("tokenizer.ggml.eos_token_id") == 2)
        #expect(file.metadata.bool("tokenizer.ggml.add_bos_token") == false)
    }

    // MARK: And back

    private static func writeFolder(_ file: GGUFFile, to path: String, type: StorageType? = nil, largestShard: Int = .max) throws {
        try FolderWriter(FolderModel(file, type: type), pool: pool, largestShard: largestShard).write(to: path)
    }

    @Test("A GGUF file becomes a folder and the same GGUF file again", arguments: reversible)
    func roundTrip(name: String) throws {
        let folder = try TemporaryFolder()
        let file = try Self.publish(TinyCheckpoint(named: name), in: folder)
        try Self.writeFolder(file, to: folder.file("back"))
        let again = try Self.publish(folder.file("back"), to: folder.file("again.gguf"))
        #expect(try Self.contents(of: again) == Self.contents(of: file))
        let tokenizer = again.metadata.entries.filter { $0.key.hasPrefix("tokenizer.") }.map(\.key)
        for key in tokenizer where key != "tokenizer.ggml.pre" { #expect(again.metadata[key] == file.metadata[key], "\(key)") }
    }

    @Test("The tensors of the folder are those that it was made of, under their names", arguments: reversible)
    func namesAndValues(name: String) throws {
        let checkpoint = try TinyCheckpoint(named: name), folder = try TemporaryFolder()
        try Self.writeFolder(Self.publish(checkpoint, in: folder), to: folder.file("back"))
        let first = try HuggingFaceFolder(path: folder.file("checkpoint")), back = try HuggingFaceFolder(path: folder.file("back"))
        for tensor in back.tensors {
            let name =
                first.tensor(tensor.name) == nil
                ? tensor.name.replacing("model.", with: "language_model.model.", maxReplacements: 1) : tensor.name
            guard let original = first.tensor(name) else { continue }
            #expect(original.shape == tensor.shape, "\(tensor.name)")
            #expect(try Tensor(decoding: first.matrix(name)).array == Tensor(decoding: back.matrix(tensor.name)).array, "\(tensor.name)")
        }
        #expect(back.tensors.count(where: { first.tensor($0.name) != nil }) > 10 || name == "gemma3")
    }

    @Test("Both families of tiny models, quantised, become folders with the same logits")
    func quantised() throws {
        for family in [TinyModel.Family.llama, .qwen2] {
            let folder = try TemporaryFolder()
            let file = try GGUFFile(path: TinyModel(family: family, type: .q8_0).write(to: folder.file("model.gguf")))
            try Self.writeFolder(file, to: folder.file("back"), type: .f32, largestShard: 200_000)
            let first = try Models.Decoder(OpenedModel(file), compute: Compute(pool: Self.pool))
            let second = try Models.Decoder(OpenedModel(path: folder.file("back")), compute: Compute(pool: Self.pool))
            let tokens: [Int32] = Array(5..<25)
            let logits = try [first, second].map { try DecoderGoldenTests.logits($0, tokens, length: 20, chunks: [20]) }
            #expect(DecoderGoldenTests.error(logits[1], logits[0]) < 0.02)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("back")).sorted()
            #expect(names.contains("model.safetensors.index.json") && names.contains { $0.hasPrefix("model-00002-of-0000") })
            #expect(names.contains("tokenizer_config.json") && names.contains("generation_config.json"))
            let text = "Hello, world 123!"
            #expect(second.tokenizer.encode(text, addSpecial: true) == first.tokenizer.encode(text, addSpecial: true))
        }
    }

    @Test("A family that cannot become a folder is refused with the list of those that can")
    func noWayBack() throws {
        let folder = try TemporaryFolder()
        let file = try Self.publish(TinyCheckpoint(named: "gpt2"), in: folder)
        #expect { try FolderModel(file) } throws: { "\($0)".contains("\"gpt2\"") && "\($0)".contains("llama, ") }
    }

    // MARK: Whole or not at all

    @Test("What is stopped leaves nothing behind, and folders that hold no model are never replaced")
    func wholeOrNothing() throws {
        let folder = try TemporaryFolder(), cancellation = Cancellation()
        let file = try Self.publish(TinyCheckpoint(named: "llama"), in: folder)
        cancellation.cancel()
        let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let writer = try FolderWriter(FolderModel(file), pool: Self.pool)
        #expect(throws: Interrupted.self) { try writer.write(to: folder.file("back"), cancellation: cancellation) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == before)

        #expect(throws: ModelFileError.self) { try writer.write(to: folder.file("checkpoint")) }
        try writer.write(to: folder.file("checkpoint"), replacing: true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == before)
        try FileManager.default.createDirectory(atPath: folder.file("letters"), withIntermediateDirectories: true)
        try Data("dear".utf8).write(to: URL(fileURLWithPath: folder.file("letters/1.txt")))
        #expect(throws: ModelFileError.self) { try writer.write(to: folder.file("letters"), replacing: true) }
        #expect(FileManager.default.fileExists(atPath: folder.file("letters/1.txt")))
    }
}
