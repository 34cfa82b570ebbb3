#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A file that appears whole or not at all: it is written under a temporary name in the same folder, and `commit` makes sure
/// that it is on the disk and gives it its name, replacing what had it.
///
/// Whatever fails, or if the file is let go without `commit`, the temporary file is removed and the old one stays.
package final class AtomicFile {
    /// The name that the file will have.
    package let path: String
    /// Bytes written so far.
    package private(set) var byteCount = 0
    private let temporaryPath: String
    private var output: OutputFile?

    private static let partialSuffix = ".partial"

    /// Whether a file of this name is one that was never finished, because its process was killed.
    package static func isPartial(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(partialSuffix) }

    /// A new name beside `path` for what is not finished.
    static func temporaryPath(beside path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        let folder = path.dropLast(name.utf8.count)
        return "\(folder).\(name).\(String(UInt64.random(in: .min ... .max), radix: 36))\(partialSuffix)"
    }

    /// Writes a file, whole or not at all. The folder must exist.
    package static func write(_ bytes: [UInt8], to path: String) throws(ModelFileError) {
        let file = try AtomicFile(path: path)
        try file.write(bytes)
        try file.commit()
    }

    /// Begins the file. The folder must exist.
    package init(path: String) throws(ModelFileError) {
        self.path = path
        var status = stat()
        // A device or a pipe must not be replaced by a file.
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            let other = status.st_mode & S_IFMT == S_IFDIR ? "a folder has that name" : "what has that name is not a regular file"
            throw ModelFileError(.cannotWrite(action: "write the file", reason: other), path: path)
        }
        temporaryPath = Self.temporaryPath(beside: path)
        output = try OutputFile(creating: temporaryPath, insteadOf: path)
    }

    deinit { discard() }

    /// Adds `bytes` at the end.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(ModelFileError) {
        guard let output else { throw ModelFileError(.misused(reason: "the file was already finished or given up"), path: path) }
        do {
            try output.write(bytes)
        } catch {
            discard()
            throw error
        }
        byteCount += bytes.count
    }

    /// Adds `bytes` at the end.
    package func write(_ bytes: [UInt8]) throws(ModelFileError) {
        try bytes.withUnsafeBufferPointer { (buffer) throws(ModelFileError) in try write(UnsafeRawBufferPointer(buffer)) }
    }

    /// Brings the file to the disk and gives it its name. Nothing can be written after.
    package func commit() throws(ModelFileError) {
        guard let output else { throw ModelFileError(.misused(reason: "the file was already finished or given up"), path: path) }
        do {
            try output.synchronize()
            try output.rename(from: temporaryPath, to: path)
        } catch {
            discard()
            throw error
        }
        self.output = nil
    }

    /// Gives the file up. What had its name before stays.
    package func discard() {
        guard output != nil else { return }
        output = nil
        unlink(temporaryPath)
    }
}

/// An open file descriptor for writing, closed when let go.
final class OutputFile {
    private let descriptor: Int32
    /// The file that errors name.
    private let path: String

    /// Creates a file that must not exist yet.
    init(creating temporaryPath: String, insteadOf path: String) throws(ModelFileError) {
        self.path = path
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Self.failure("create the file", errno, path) }
    }

    /// Writes into what exists already, such as a device.
    init(existing path: String) throws(ModelFileError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("open the file for writing", errno, path) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ModelFileError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let chunk = UnsafeRawBufferPointer(rebasing: rest)
            #if canImport(Darwin)
            let written = Darwin.write(descriptor, chunk.baseAddress, chunk.count)
            #elseif canImport(Musl)
            let written = Musl.write(descriptor, chunk.baseAddress, chunk.count)
            #else
            let written = Glibc.write(descriptor, chunk.baseAddress, chunk.count)
            #endif
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw Self.failure("write the file", errno, path) }
            rest = rest.dropFirst(written)
        }
    }

    func synchronize() throws(ModelFileError) {
        guard fsync(descriptor) == 0 else { throw Self.failure("bring the file to the disk", errno, path) }
    }

    func rename(from temporaryPath: String, to path: String) throws(ModelFileError) {
        #if canImport(Darwin)
        let result = Darwin.rename(temporaryPath, path)
        #elseif canImport(Musl)
        let result = Musl.rename(temporaryPath, path)
        #else
        let result = Glibc.rename(temporaryPath, path)
        #endif
        guard result == 0 else { throw Self.failure("give the file its name", errno, path) }
    }

    private static func failure(_ action: String, _ code: Int32, _ path: String) -> ModelFileError {
        ModelFileError(.cannotWrite(action: action, reason: systemMessage(code)), path: path)
    }
}
