import ArgumentParser
import Foundation
import ModelFiles
import Models

/// `apus inspect`: what a model file holds, without loading its weights.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a model file holds.",
        discussion: """
            Prints the architecture, the sizes, the tokenizer, how the weights are stored, and every tensor. No weights are loaded, \
            so this is quick whatever the size of the model; a file with a vocabulary alone will do.

            With --json: {"architecture", "parameters", "context_length", "layers", "heads", "key_value_heads", "vocabulary", \
            "tensors": [{"name", "shape", "type", "bytes"}], …}. Shapes are row-major: a weight matrix is [rows, columns].

            With --rotary-drift, in place of all that: how much attention would change if a text stood elsewhere, by the rotation of this \
            model over random queries and keys: as it is computed here, with turned vectors kept in bfloat16, and with all in bfloat16. \
            With --json: {"tokens", "rotary_drift": [{"shift", "float32", "bfloat16_vectors", "bfloat16"}]}.

            EXAMPLES
              apus inspect model.gguf
              apus inspect model.gguf --metadata --json
              apus inspect model.gguf --rotary-drift
            """)

    @Argument(
        help: ArgumentHelp("The model: a GGUF file, or a folder in the layout of Hugging Face.", valueName: "model"),
        completion: .file(extensions: ["gguf"]))
    var path: String

    @Flag(help: "Show every entry of the file's metadata too; long arrays by their length.")
    var metadata = false

    @Flag(help: "Show by how much the rounding of rotations makes attention depend on where a text stands.")
    var rotaryDrift = false

    @OptionGroup
    var common: CommonOptions

    func validate() throws {
        if rotaryDrift && metadata { throw ValidationError("Give --metadata or --rotary-drift, not both.") }
    }

    func run() throws {
        guard !rotaryDrift else { return try showDrift() }
        let report =
            FileManager.default.isFolder(atPath: path)
            ? try ModelReport(HuggingFaceFolder(path: path), withMetadata: metadata)
            : try ModelReport(GGUFModel(path: path), withMetadata: metadata)
        if common.json {
            try StandardOutput().write(report.json)
        } else {
            try StandardOutput().write(report.text)
        }
    }

    private func showDrift() throws {
        let source: any ModelSource =
            FileManager.default.isFolder(atPath: path) ? try HuggingFaceSource(HuggingFaceFolder(path: path)) : try GGUFModel(path: path)
        let report = DriftReport(try Models.Decoder.describe(source).configuration)
        if common.json { try StandardOutput().write(report.json) } else { try StandardOutput().write(report.text) }
    }
}
