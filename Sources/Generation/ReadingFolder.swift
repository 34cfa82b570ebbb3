import Diagnostics
import Documents
import Foundation
import KeyValues
import ModelFiles

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The folder of a saved reading: where its files are, and how its manifest is read and replaced.
struct ReadingFolder {
    let path: String

    func file(_ name: String) -> String { path + "/" + name }

    var manifestFile: String { file("manifest.json") }

    /// Whether a reading (whole or begun) lies here.
    var holdsReading: Bool { FileManager.default.fileExists(atPath: manifestFile) }

    /// Whether nothing lies here but what a crash left of this very reading, so that writing it again loses nobody's work.
    func isFree(for manifest: ReadingManifest) throws -> Bool {
        let texts = Dictionary(uniqueKeysWithValues: manifest.parts.map { ($0.file, $0) })
        return try FileManager.default.contentsOfDirectory(atPath: path).allSatisfy { name in
            if name.hasPrefix(".") { return true }
            // All texts are written before the tokens.
            if name == manifest.tokenFile { return manifest.parts.allSatisfy(holdsText) }
            return texts[name].map(holdsText) ?? false
        }
    }

    /// Whether a part's text lies here as it is to be written.
    private func holdsText(of part: ReadingManifest.Part) -> Bool {
        guard let bytes = FileManager.default.contents(atPath: file(part.file)) else { return false }
        return PlainText.fingerprint(ofFileWith: Array(bytes), at: part.sourceOffset) == part.fingerprint
    }

    /// Makes the folder, and those above it, if they are not there.
    func create() throws(ReadingError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for component in path.split(separator: "/") {
            made += component + "/"
            guard mkdir(made, 0o777) != 0, errno != EEXIST else { continue }
            throw .cannotCreate(folder: path, reason: String(cString: strerror(errno)))
        }
    }

    /// Keeps other processes from writing here for as long as the lock is held.
    func lock() throws(ReadingError) -> FolderLock {
        do {
            return try FolderLock(path)
        } catch {
            switch error {
            case .isTaken: throw .beingWritten(folder: path)
            case .cannotOpen(let reason): throw .cannotCreate(folder: path, reason: reason)
            }
        }
    }

    /// - Throws: `ReadingError` for a folder that is not a reading, or one of another version.
    func readManifest() throws(ReadingError) -> ReadingManifest {
        guard FileManager.default.fileExists(atPath: path) else { throw .missing(folder: path) }
        guard let data = FileManager.default.contents(atPath: manifestFile) else { throw .notAReading(folder: path) }
        // Another version may have other keys.
        let version = try? StateCoding.decoder.decode(ManifestVersion.self, from: data).version
        if let version, version != ReadingManifest.currentVersion {
            throw .otherVersion(folder: path, version: version)
        }
        let manifest: ReadingManifest
        do {
            manifest = try StateCoding.decoder.decode(ReadingManifest.self, from: data)
        } catch {
            throw .damaged(file: manifestFile, reason: "it does not hold the expected keys (\(error))")
        }
        if let reason = manifest.contradiction { throw .damaged(file: manifestFile, reason: reason) }
        return manifest
    }

    /// Removes what crashes left half written, and shards and memories that later ones have replaced. Only for who holds the lock.
    func removeRemains(beside manifest: ReadingManifest) {
        let used = Set(manifest.shards.map(\.file) + [manifest.memory?.file].compactMap { $0 })
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
            let isReplaced = (ReadingShard.isFileName(name) || SavedMemory.isFileName(name)) && !used.contains(name)
            if isReplaced || AtomicFile.isPartial(name) { unlink(file(name)) }
        }
    }

    /// Replaces the manifest as a whole.
    func write(_ manifest: ReadingManifest) throws {
        try AtomicFile.write(Array(StateCoding.encoder.encode(manifest)), to: manifestFile)
    }
}

/// The one key that manifests of all versions have.
private struct ManifestVersion: Decodable {
    let version: Int
}

extension ReadingManifest {
    /// What cannot be true of a manifest that this program wrote; `nil` if all is well.
    var contradiction: String? {
        if openingTokens < 0 || tokenCount < openingTokens { return "its token counts contradict each other" }
        if cache.isEmpty { return "it names no cache layers" }
        var end = 0
        for shard in shards {
            guard shard.firstToken == end, end.isMultiple(of: CacheSpec.pageTokens), shard.tokenCount > 0,
                shard.tokenCount <= tokenCount - end
            else {
                return "the shard \(shard.file) does not follow the one before it"
            }
            end = shard.end
        }
        if let memory, memory.tokenCount < 0 || memory.tokenCount > end { return "its method remembers more than its shards hold" }
        if let part = parts.first(where: { !PlainText.sourceOffsets.contains($0.sourceOffset) }) {
            return "the text \(part.file) begins at an impossible place"
        }
        let names = shards.map(\.file) + parts.map(\.file) + [tokenFile] + [memory?.file].compactMap { $0 }
        if let name = names.first(where: { $0.isEmpty || $0.contains("/") || $0.hasPrefix(".") }) {
            return "the file name \"\(name)\" does not belong into a reading"
        }
        return nil
    }
}

/// Why a saved reading cannot be used or written.
enum ReadingError: Failure {
    case missing(folder: String)
    case notAReading(folder: String)
    case otherVersion(folder: String, version: Int)
    case damaged(file: String, reason: String)
    case cannotCreate(folder: String, reason: String)
    case otherModel(folder: String, made: String, asked: String)
    case otherText(folder: String)
    case foreignFolder(String)
    case cannotServe(folder: String, method: String, dropped: Range<Int>, readWith: String)
    case cannotRemember(folder: String, method: String, readWith: String)
    case otherWindow(folder: String, window: Int)
    case otherPositions(folder: String, positions: String, asked: String)
    case beingWritten(folder: String)
    case incomplete(folder: String, read: Int, of: Int)

    var kind: FailureKind {
        switch self {
        case .missing: .missingInput
        case .notAReading, .otherVersion, .damaged: .badData
        case .cannotCreate: .cannotWrite
        case .otherModel, .otherText, .foreignFolder, .cannotServe, .cannotRemember, .otherWindow, .otherPositions, .beingWritten,
            .incomplete:
            .usage
        }
    }

    var description: String {
        switch self {
        case .missing(let folder): "\(folder): there is no such reading."
        case .notAReading(let folder): "\(folder): this folder has no manifest.json, so it is not a saved reading."
        case .otherVersion(let folder, let version):
            "\(folder): the reading has the format version \(version) and this program reads version \(ReadingManifest.currentVersion); "
                + "read the text again."
        case .damaged(let file, let reason): "\(file): the reading is damaged: \(reason); read the text again."
        case .cannotCreate(let folder, let reason): "\(folder): the folder cannot be made: \(reason)."
        case .otherModel(let folder, let made, let asked):
            "\(folder): the text was read by the model \(made), whose pages \(asked) cannot use; name that model's file, or read the text again."
        case .otherText(let folder):
            "\(folder): this folder holds a reading of another text or with other options; name another folder, or use --append to go on with it."
        case .foreignFolder(let folder): "\(folder): the folder holds other files; name a new folder for the reading."
        case .cannotServe(let folder, let method, let dropped, let readWith):
            "\(folder): the method \"\(method)\" needs the pages of tokens \(dropped.lowerBound) to \(dropped.upperBound - 1), which were dropped "
                + "when the text was read with \"\(readWith)\"; ask with that method, or read the text again."
        case .cannotRemember(let folder, let method, let readWith):
            "\(folder): the method \"\(method)\" goes by what it remembers of reading the text, which its pages do not hold, and the text was "
                + "read with \"\(readWith)\"; ask with that method, or read the text again."
        case .otherWindow(let folder, let window):
            "\(folder): the text was read for a window of \(window) tokens, by which this model sets its positions; ask with "
                + "--context-length \(window), or read the text again."
        case .otherPositions(let folder, let positions, let asked):
            "\(folder): the text was read with the positions \"\(positions)\" and cannot be asked with \"\(asked)\"; leave --positions out, "
                + "or read the text again."
        case .beingWritten(let folder): "\(folder): another process is writing this reading; wait for it to end."
        case .incomplete(let folder, let read, let count):
            "\(folder): only \(read) of \(count) tokens have been read; run the same `apus read` again to finish it."
        }
    }
}
