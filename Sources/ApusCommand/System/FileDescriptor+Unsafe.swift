#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// An open file of this process, by number.
struct FileDescriptor: Sendable {
    static let standardInput = FileDescriptor(number: STDIN_FILENO)
    static let standardOutput = FileDescriptor(number: STDOUT_FILENO)
    static let standardError = FileDescriptor(number: STDERR_FILENO)

    /// The error of writing into a pipe that nobody reads any more.
    static let brokenPipe = EPIPE

    let number: Int32

    /// Whether a person is looking at it.
    var isTerminal: Bool { isatty(number) == 1 }

    /// Columns of the terminal behind it; nil if it is not a terminal or does not say.
    var terminalColumns: Int? {
        var size = winsize()
        guard ioctl(number, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}

// MARK: - Opening and closing

extension FileDescriptor {
    /// What is written to one end can be read from the other.
    struct Pipe: Sendable {
        let reading: FileDescriptor
        let writing: FileDescriptor
    }

    /// A new pipe; nil if the process may open no more files.
    static func makePipe() -> Pipe? {
        var numbers: [Int32] = [0, 0]
        guard pipe(&numbers) == 0 else { return nil }
        for number in numbers { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
        return Pipe(reading: FileDescriptor(number: numbers[0]), writing: FileDescriptor(number: numbers[1]))
    }

    func close() {
        _ = systemClose(number)
    }
}

private func systemClose(_ number: Int32) -> Int32 {
    close(number)
}

// MARK: - Writing

extension FileDescriptor {
    /// Writes all of `text`.
    ///
    /// - Returns: 0, or the `errno` that ended the writing.
    func write(_ text: String) -> Int32 {
        var text = text
        return text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }

    /// Writes all of `bytes`.
    ///
    /// - Returns: 0, or the `errno` that ended the writing.
    func write(_ bytes: [UInt8]) -> Int32 {
        bytes.withUnsafeBytes { write($0) }
    }

    /// Writes a zero byte, whatever comes of it. May be called in the handler of a signal.
    func writeByte() {
        let error = errno
        _ = systemWriteZero(number)
        errno = error
    }

    /// Goes on after short writes and signals.
    private func write(_ bytes: UnsafeRawBufferPointer) -> Int32 {
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

private func systemWriteZero(_ number: Int32) -> Int {
    var zero: UInt8 = 0
    return write(number, &zero, 1)
}

// MARK: - Reading

extension FileDescriptor {
    /// Waits for one byte; nil at the end.
    func readByte() throws(SystemError) -> UInt8? {
        var byte: UInt8 = 0
        while true {
            let count = withUnsafeMutableBytes(of: &byte) { systemRead(number, $0) }
            if count >= 0 { return count == 0 ? nil : byte }
            if errno != EINTR { throw SystemError(code: errno) }
        }
    }
}

private func systemRead(_ number: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    read(number, buffer.baseAddress, buffer.count)
}
