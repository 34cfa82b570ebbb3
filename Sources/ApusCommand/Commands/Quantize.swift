import ArgumentParser
import ModelFiles

/// `apus quantize`: a model's weights in fewer bits.
struct Quantize: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Store a model's weights in fewer bits.",
        discussion: """
            Writes a GGUF file anew with its matrices in another type; norms, biases and routers stay as they are. A type is a plain one, \
            F32, F16 or BF16, or a mixture, which stores the parts that suffer most from rounding more finely than the rest:
              \(StorageMix.all.map(\.name).joined(separator: " "))
            Q4_K, Q5_K and Q3_K stand for Q4_K_M, Q5_K_M and Q3_K_M. Rows that do not divide into a type's blocks take the next finer type \
            of shorter blocks, or F16.

            A file that is quantised already has lost what it lost: start from F32, F16 or BF16, or pass --allow-requantize. The same \
            model gives the same file on every machine. After Ctrl-C or a failure nothing is left behind.

            With --average the weights are first averaged, in float32, with those of other files of the same shape: several states of one \
            training are often better so than each of them.

            With --json: {"input", "output", "type", "tensors", "bytes_before", "bytes_after", "seconds", "storage": [{"type", "tensors", \
            "parameters", "bytes", "bits_per_parameter"}]}.

            EXAMPLES
              apus quantize model-bf16.gguf model-q4.gguf --type q4_k_m
              apus quantize minilm-f32.gguf minilm-q8.gguf --type q8_0
              apus quantize early-f32.gguf mean.gguf --type q8_0 --average late-f32.gguf
              apus quantize model-q8.gguf model-q4.gguf --type q4_0 --allow-requantize --force
            """)

    @Argument(help: ArgumentHelp("The model: a GGUF file.", valueName: "input"), completion: .file(extensions: ["gguf"]))
    var input: String

    @Argument(help: ArgumentHelp("The GGUF file to write.", valueName: "output"), completion: .file(extensions: ["gguf"]))
    var output: String

    @Option(help: ArgumentHelp("What to store the weights as.", valueName: "type"))
    var type: StorageMix

    @Option(
        help: ArgumentHelp("A GGUF file of the same shape to average the weights with; may be given several times.", valueName: "path"),
        completion: .file(extensions: ["gguf"]))
    var average: [String] = []

    @Flag(help: "Change tensors too that are quantised already.")
    var allowRequantize = false

    @Flag(help: "Replace the output if it exists.")
    var force = false

    @OptionGroup
    var common: CommonOptions

    func run() async throws {
        try NewFile.check(output, force: force)
        let rewriting = Rewriting(common: common)
        try await rewriting.report {
            let first = try GGUFModel(path: input), mean = try AveragedModel(first, with: average.map(GGUFModel.init(path:)))
            let plan = try QuantizationPlan(mean, mix: type, allowsRequantizing: allowRequantize)
            try await rewriting.write { pool, progress, cancellation in
                try ModelWriter(mean, plan: plan, pool: pool).write(to: output, progress: progress, cancellation: cancellation)
            }
            return (type.name, ModelSummary(first), ModelSummary(try GGUFModel(path: output)))
        }
    }
}

extension StorageMix: ExpressibleByArgument {
    package init?(argument: String) {
        guard let mix = StorageMix.named(argument) else { return nil }
        self = mix
    }

    package static var allValueStrings: [String] { all.map { $0.name.lowercased() } }
}
