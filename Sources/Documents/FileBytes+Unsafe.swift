#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Reads whole files, pipes and standard input.
package enum FileBytes {
    /// The name that stands for standard input.
    package static let standardInput = "-"
    /// How much is asked for at once, in bytes.
    private static let pieceBytes = 1 << 20
    /// The most that is set aside on the word of the file system, in bytes.
    private static let largestReservation = 1 << 30

    /// All bytes of the file `name`, or of standard input if the name is "-".
    package static func read(_ name: String) throws(DocumentError) -> [UInt8] {
        if name == standardInput { return try readToEnd(STDIN_FILENO, name: "standard input", sizeHint: 0) }
        let descriptor = open(name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let code = errno
            throw DocumentError(code == ENOENT || code == ENOTDIR ? .missing : .unreadable(reason: message(code)), name: name)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw DocumentError(.unreadable(reason: message(errno)), name: name) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw DocumentError(.isFolder, name: name) }
        return try readToEnd(descriptor, name: name, sizeHint: Int(status.st_size))
    }

    /// Reads until there is no more; the size that the system gave is only a hint, for pipes have none and files grow.
    private static func readToEnd(_ descriptor: Int32, name: String, sizeHint: Int) throws(DocumentError) -> [UInt8] {
        var contents: [UInt8] = []
        contents.reserveCapacity(min(max(0, sizeHint), largestReservation))
        var failureCode: Int32 = 0
        var isAtEnd = false
        while !isAtEnd, failureCode == 0 {
            let piece = [UInt8](unsafeUninitializedCapacity: pieceBytes) { buffer, count in
                let received = systemRead(descriptor, UnsafeMutableRawBufferPointer(buffer))
                count = max(0, received)
                isAtEnd = received == 0
                if received < 0 && errno != EINTR { failureCode = errno }
            }
            contents.append(contentsOf: piece)
        }
        guard failureCode == 0 else { throw DocumentError(.unreadable(reason: message(failureCode)), name: name) }
        return contents
    }

    private static func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        #if canImport(Darwin)
        Darwin.read(descriptor, buffer.baseAddress, buffer.count)
        #elseif canImport(Musl)
        Musl.read(descriptor, buffer.baseAddress, buffer.count)
        #else
        Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }

    private static func message(_ code: Int32) -> String { String(cString: strerror(code)) }
}
