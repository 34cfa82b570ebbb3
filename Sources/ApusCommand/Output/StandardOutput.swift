/// What a command hands to programs and pipes: text or JSON, and nothing else.
///
/// Written straight to the file, with no buffer in between: streamed text appears at once, and an error is known where it happens.
struct StandardOutput: Sendable {
    var file = FileDescriptor.standardOutput

    /// - Throws: `outputFailed` when the file takes no more (a full disk), `outputClosed` when the reader of a pipe went away.
    func write(_ text: String) throws(CommandFailure) {
        try check(file.write(text))
    }

    /// - Throws: as `write(_:)`.
    func write(bytes: [UInt8]) throws(CommandFailure) {
        try check(file.write(bytes))
    }

    /// - Throws: as `write(_:)`.
    func writeLine(_ text: String) throws(CommandFailure) {
        try write(text.hasSuffix("\n") ? text : text + "\n")
    }

    /// Writes one JSON value on a line of its own.
    ///
    /// - Throws: as `write(_:)`.
    func write(_ value: JSON) throws(CommandFailure) {
        try writeLine(value.text)
    }

    private func check(_ code: Int32) throws(CommandFailure) {
        switch code {
        case 0: return
        case FileDescriptor.brokenPipe: throw .outputClosed
        default: throw .outputFailed(reason: SystemError(code: code).message)
        }
    }
}
