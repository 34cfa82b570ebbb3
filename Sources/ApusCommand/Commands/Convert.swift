import ArgumentParser
import Foundation
import ModelFiles
import Models
import Retrieval

/// `apus convert`: a model from one layout of files to the other.
struct Convert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Turn a Hugging Face folder into a GGUF file, or back.",
        discussion: """
            A folder with config.json, safetensors files and a tokenizer becomes one GGUF file that every program for such files reads. A \
            GGUF file becomes such a folder, with the tokenizer and the template for conversations; weights in blocks are written as BF16 \
            then, unless --type names another plain type.

            Of encoders, BERT and its like, (XLM-)RoBERTa, DistilBERT, nomic-bert and ModernBERT become files, with what a folder of \
            sentence-transformers says of pooling, normalisation, window and prompt, and with heads that classify or rerank; their files do not \
            become folders.

            Without --type, matrices keep the type that they have, and 8-bit floating-point numbers become BF16. For a GGUF file the type \
            may be any that `apus quantize` knows; norms, biases and routers are F32 in all of them.

            Tensors are written one after the other, so a model may be larger than memory. After Ctrl-C or a failure nothing is left behind.

            With --json: {"input", "output", "type", "tensors", "bytes_before", "bytes_after", "seconds", "storage": [{"type", "tensors", \
            "parameters", "bytes", "bits_per_parameter"}]}.

            EXAMPLES
              apus convert Qwen3-4B/ -o qwen3-4b.gguf
              apus convert Qwen3-4B/ -o qwen3-4b-q4.gguf --type q4_k_m
              apus convert all-MiniLM-L6-v2/ -o minilm.gguf --type q8_0
              apus convert qwen3-4b-q4.gguf -o Qwen3-4B-again/ --type f16
            """)

    @Argument(help: ArgumentHelp("The model: a folder or a GGUF file.", valueName: "input"), completion: .file())
    var input: String

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("What to write: a GGUF file from a folder, a folder from a GGUF file.", valueName: "path"),
        completion: .file())
    var output: String

    @Option(help: ArgumentHelp("What to store the weights as.", valueName: "type"))
    var type: StorageMix?

    @Flag(help: "Replace the output if it exists.")
    var force = false

    @OptionGroup
    var common: CommonOptions

    func run() async throws {
        try NewFile.check(output, force: force)
        let rewriting = Rewriting(common: common)
        try await rewriting.report {
            FileManager.default.isFolder(atPath: input) ? try await writeFile(rewriting) : try await writeFolder(rewriting)
        }
    }

    private func writeFile(_ rewriting: Rewriting) async throws -> Rewriting.Result {
        let settings = try SentenceSettings(folder: input), folder = try HuggingFaceFolder(path: settings.modelFolder)
        let published = try PublishedModel(folder)
        let model = published.adding(settings.metadata(of: try published.metadata.requireString("general.architecture"))),
            plan = QuantizationPlan(publishing: model, mix: type)
        try await rewriting.write { pool, progress, cancellation in
            try ModelWriter(model, plan: plan, pool: pool).write(to: output, progress: progress, cancellation: cancellation)
        }
        return (plan.mix.name, ModelSummary(folder, metadata: model.metadata), ModelSummary(try GGUFModel(path: output)))
    }

    private func writeFolder(_ rewriting: Rewriting) async throws -> Rewriting.Result {
        let file = try GGUFModel(path: input)
        let plain = try type.map { mix in
            guard mix.base.blockLength == 1 else {
                throw CommandFailure.usage("a folder holds no weights in blocks; pass --type f32, f16 or bf16, or none")
            }
            return mix.base
        }
        let model = try FolderModel(file, type: plain)
        try await rewriting.write { pool, progress, cancellation in
            try FolderWriter(model, pool: pool)
                .write(to: output, replacing: force, progress: progress, cancellation: cancellation)
        }
        let after = ModelSummary(try HuggingFaceFolder(path: output), metadata: file.metadata)
        return (model.mainType.name, ModelSummary(file), after)
    }
}
