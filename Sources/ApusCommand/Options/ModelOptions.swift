import ArgumentParser

/// The model that a command works with.
struct ModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The model: a GGUF file, or a folder in the layout of Hugging Face.", valueName: "path"),
        completion: .file())
    var model: String
}
