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

/// A call to the system that failed.
struct SystemError: Error {
    /// Its `errno`.
    let code: Int32

    /// What the system says about it: "No space left on device".
    var message: String { String(cString: strerror(code)) }
}

/// Signals as the command line treats them.
enum SystemSignals {
    /// Makes a write into a closed pipe, or beyond the limit on a file's size, return an error instead of killing the process, so
    /// that `apus … | head` ends quietly and a file that cannot be finished is told and cleaned up.
    static func ignoreFailingWrites() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    static let interrupt = SIGINT

    /// Runs `handler` when the signal comes. It interrupts whatever runs, so it may do no more than write bytes and change signals.
    static func handle(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
        signal(number, handler)
    }

    /// Gives `number` its usual effect back.
    static func restore(_ number: Int32) {
        signal(number, SIG_DFL)
    }
}
