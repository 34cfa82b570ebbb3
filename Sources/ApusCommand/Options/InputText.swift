import ArgumentParser
import Documents

/// A text given on the command line, by itself or as the name of a file.
struct InputText: ParsableArguments {
    @Argument(help: ArgumentHelp("A file with the text; - for standard input.", valueName: "file"), completion: .file())
    var file: String?

    @Option(help: ArgumentHelp("The text itself, in place of a file.", valueName: "text"))
    var text: String?

    func validate() throws {
        if file == nil && text == nil { throw ValidationError("Name a file, or give the text with --text.") }
        if file != nil && text != nil { throw ValidationError("Name a file or give --text, not both.") }
    }

    /// The bytes of the text, as they are.
    func bytes() throws(DocumentError) -> [UInt8] {
        guard let file else { return Array((text ?? "").utf8) }
        return try FileBytes.read(file)
    }
}
