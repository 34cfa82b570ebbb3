import ArgumentParser

/// The model that a command works with.
struct ModelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The model: a GGUF file.", valueName: "path"), completion: .file(extensions: ["gguf"]))
    var model: String
}
