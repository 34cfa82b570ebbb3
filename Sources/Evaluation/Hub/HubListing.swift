import Diagnostics
import Foundation
import ModelFiles

/// What files a repository has at a commit, and their checksums.
struct HubListing: Sendable {
    struct File: Equatable, Sendable {
        let path: String
        let size: Int?
        /// SHA-256 of large files, Git's name of all others.
        let checksum: String

        private static let pieceBytes = 1 << 20

        /// What the checksum of contents is, which are read piece by piece: files may be larger than the memory.
        /// - Throws: what reading throws; `Interrupted`.
        func digest(ofFileAt path: String, cancellation: Cancellation) throws -> String {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            let byteCount = Int(try file.seekToEnd())
            try file.seek(toOffset: 0)
            var large = SHA256Stream(), small = GitBlobName(byteCount: byteCount)
            while let piece = try file.read(upToCount: Self.pieceBytes), !piece.isEmpty {
                try cancellation.check("checking \(self.path)")
                if isLarge { large.add(Array(piece)[...]) } else { small.add(Array(piece)[...]) }
            }
            return isLarge ? "\(large.digest)" : small.name
        }

        private var isLarge: Bool { checksum.count == 64 }
    }

    let commit: String
    let files: [File]

    /// - Parameter patterns: which files; all where there are none.
    /// - Throws: `HubError.badListing` for what is no list; `noFile` for a pattern that no file fits.
    init(parsing bytes: [UInt8], of name: String, patterns: [String]) throws(HubError) {
        guard let object = (try? JSONValue(parsing: bytes, path: name))?.object else {
            throw .badListing(name, reason: "it is no JSON object")
        }
        guard let commit = object["sha"]?.string, Self.isHexadecimal(commit), commit.count == 40 else {
            throw .badListing(name, reason: "it names no commit")
        }
        self.commit = commit
        let all = try (object["siblings"]?.array ?? []).map { value throws(HubError) in try Self.file(value, of: name) }
        for pattern in patterns where !all.contains(where: { Self.fits($0.path, pattern) }) { throw .noFile(pattern, repository: name) }
        files = patterns.isEmpty ? all : all.filter { file in patterns.contains { Self.fits(file.path, $0) } }
        guard !files.isEmpty else { throw .badListing(name, reason: "there are no files") }
    }

    private static func file(_ value: JSONValue, of name: String) throws(HubError) -> File {
        guard let object = value.object, let path = object["rfilename"]?.string else {
            throw .badListing(name, reason: "a file has no name")
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && !$0.contains("\0") }) else {
            throw .badListing(name, reason: "\"\(path)\" leads out of its folder")
        }
        let large = object["lfs"]?.object, checksum = large?["sha256"]?.string ?? object["blobId"]?.string ?? ""
        guard isHexadecimal(checksum), checksum.count == (large == nil ? 40 : 64) else {
            throw .badListing(name, reason: "\"\(path)\" has no checksum")
        }
        return File(path: path, size: object["size"]?.integer, checksum: checksum)
    }

    private static func isHexadecimal(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// Whether a path is that of a pattern, whose asterisks stand for any letters.
    static func fits(_ path: String, _ pattern: String) -> Bool {
        var rest = Array(path.utf8)[...]
        let parts = pattern.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map { Array($0) }
        for (number, part) in parts.enumerated() {
            if number == 0 {
                guard rest.starts(with: part) else { return false }
                rest = rest.dropFirst(part.count)
            } else if number == parts.count - 1 {
                return rest.count >= part.count && rest.suffix(part.count).elementsEqual(part)
            } else {
                guard let place = rest.indices.first(where: { rest[$0...].starts(with: part) }) else { return false }
                rest = rest[(place + part.count)...]
            }
        }
        return rest.isEmpty
    }
}
