import Synchronization

/// What a command says to the person beside its output, on standard error: notes, failures and the line of progress.
///
/// Standard error that cannot be written is no reason to stop, so these calls do not throw.
final class Notes: Sendable {
    /// With `--quiet`, nothing but failures is written.
    let isQuiet: Bool
    let file: FileDescriptor
    /// Whether the last thing written is a line of progress that the next text has to replace.
    private let hasOpenLine = Mutex(false)

    private static let eraseLine = "\r\u{1B}[K"

    init(isQuiet: Bool, file: FileDescriptor = .standardError) {
        self.isQuiet = isQuiet
        self.file = file
    }

    /// Tells something worth knowing that is no part of the output.
    func note(_ message: String) {
        guard !isQuiet else { return }
        write("apus: \(message.onOneLine)\n", keepsLineOpen: false)
    }

    /// Tells why the command failed, on one line, and `details` below it.
    func fail(_ message: String, details: String = "") {
        write("apus: \(message.onOneLine)\n" + (details.isEmpty ? "" : details + "\n"), keepsLineOpen: false)
    }

    /// Writes a plain line of progress.
    func line(_ text: String) {
        guard !isQuiet else { return }
        write(text + "\n", keepsLineOpen: false)
    }

    /// Draws a line of progress over the one drawn before.
    func redraw(_ text: String) {
        guard !isQuiet else { return }
        write(Notes.eraseLine + text, keepsLineOpen: true)
    }

    /// Takes a line of progress off the terminal.
    func erase() {
        write("", keepsLineOpen: false)
    }

    private func write(_ text: String, keepsLineOpen: Bool) {
        hasOpenLine.withLock { isOpen in
            _ = file.write(isOpen && !keepsLineOpen ? Notes.eraseLine + text : text)
            isOpen = keepsLineOpen
        }
    }
}
