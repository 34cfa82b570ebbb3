import ArgumentParser
import Foundation
import ModelFiles

/// `apus inspect`: what a model file holds, without loading its weights.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a model file holds.",
        discussion: """
            Prints the architecture, the sizes, the tokenizer, how the weights are stored, and every tensor. No weights are loaded, \
            so this is quick whatever the size of the model; a file with a vocabulary alone will do.

            With --json: {"architecture", "parameters", "context_length", "layers", "heads", "key_value_heads", "vocabulary", \
            "tensors": [{"name", "shape", "type", "bytes"}], …}. Shapes are row-major: a weight matrix is [rows, columns].

            EXAMPLES
              apus inspect model.gguf
              apus inspect model.gguf --metadata --json
            """)

    @Argument(
        help: ArgumentHelp("The model: a GGUF file, or a folder in the layout of Hugging Face.", valueName: "model"),
        completion: .file(extensions: ["gguf"]))
    var path: String

    @Flag(help: "Show every entry of the file's metadata too; long arrays by their length.")
    var metadata = false

    @OptionGroup
    var common: CommonOptions

    func run() throws {
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
}
