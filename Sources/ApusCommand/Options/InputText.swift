import ArgumentParser

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
    func bytes() throws(CommandFailure) -> [UInt8] {
        guard let file else { return Array((text ?? "").utf8) }
        return try InputText.bytes(ofFile: file)
    }

    /// The bytes of a file as they are; "-" is standard input.
    static func bytes(ofFile file: String) throws(CommandFailure) -> [UInt8] {
        do {
            guard file != "-" else { return try FileDescriptor.standardInput.readToEnd() }
            return try FileDescriptor.withFile(at: file) { descriptor throws(SystemError) in try descriptor.readToEnd() }
        } catch {
            throw .unreadable(path: file == "-" ? "standard input" : file, reason: error.message)
        }
    }
}
