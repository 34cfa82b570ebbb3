import ArgumentParser
import BuiltInModel

/// The model that a command works with.
struct ModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The model: a GGUF file, or a folder in the layout of Hugging Face. (default: the built-in model)", valueName: "path"),
        completion: .file())
    var model: String?

    /// Where the model lies that is to serve.
    /// - Throws: `BuiltInModelError` where none is named and the built-in one is missing.
    func path() throws(BuiltInModelError) -> String {
        if let model { return model }
        return try BuiltInModel.path()
    }
}
