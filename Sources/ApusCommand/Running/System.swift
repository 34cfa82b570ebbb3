// The few calls to the C library that the command line makes, in one place for Linux and macOS.

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Ends the process with `status`.
func systemExit(_ status: Int32) -> Never {
    exit(status)
}

/// An open file of this process, by number.
struct FileDescriptor: Sendable {
    static let standardOutput = FileDescriptor(number: STDOUT_FILENO)
    static let standardError = FileDescriptor(number: STDERR_FILENO)

    let number: Int32

    /// Whether a person is looking at it.
    var isTerminal: Bool { isatty(number) == 1 }

    /// Columns of the terminal behind it; nil if it is not a terminal or does not say.
    var terminalColumns: Int? {
        var size = winsize()
        guard ioctl(number, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Writes all of `bytes`, going on after short writes and signals.
    ///
    /// - Returns: 0, or the `errno` that ended the writing.
    func write(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = systemWrite(number, UnsafeRawBufferPointer(rebasing: rest))
            if written < 0 {
                if errno == EINTR { continue }
                return errno
            }
            rest = rest.dropFirst(written)
        }
        return 0
    }
}

private func systemWrite(_ number: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(number, bytes.baseAddress, bytes.count)
}

/// What the system says about an `errno`: "No space left on device".
func systemMessage(_ code: Int32) -> String {
    String(cString: strerror(code))
}

/// Signals as the command line treats them.
enum SystemSignals {
    /// Makes a write into a closed pipe return an error instead of killing the process, so that `apus … | head` ends quietly.
    static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }

    static let interrupt = SIGINT
    static let brokenPipe = EPIPE

    /// Keeps `number` from its usual effect, so that a dispatch source can see it.
    static func ignore(_ number: Int32) {
        signal(number, SIG_IGN)
    }

    /// Gives `number` its usual effect back.
    static func restore(_ number: Int32) {
        signal(number, SIG_DFL)
    }
}
