import Foundation

/// A folder that appears whole or not at all: it is filled under a temporary name beside its place, and `commit` gives it its name.
///
/// Whatever fails, or if it is let go without `commit`, all that was written is removed and what was there before stays.
package final class AtomicFolder {
    /// The name that the folder will have.
    package let path: String
    /// Where to write its files.
    package let temporaryPath: String
    private var isFinished = false

    /// Files by which a folder is known to hold a model, and so may be replaced as a whole.
    private static let modelFiles: Set<String> = ["config.json", CheckpointFiles.singleName, CheckpointFiles.indexName]

    /// Begins the folder. The one that it will lie in must exist.
    /// - Parameter replacing: whether a model's folder that has the name may be replaced. Other folders and files never are.
    package init(path: String, replacing: Bool) throws(ModelFileError) {
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        self.path = trimmed
        temporaryPath = AtomicFile.temporaryPath(beside: trimmed)
        try Self.check(trimmed, mayReplace: replacing)
        do {
            try FileManager.default.createDirectory(atPath: temporaryPath, withIntermediateDirectories: false)
        } catch {
            isFinished = true
            throw Self.failure("create the folder", error, trimmed)
        }
    }

    deinit { discard() }

    package func file(_ name: String) -> String { "\(temporaryPath)/\(name)" }

    /// Writes a small file.
    package func write(_ text: String, as name: String) throws(ModelFileError) {
        let file = try AtomicFile(path: file(name))
        try file.write(Array(text.utf8))
        try file.commit()
    }

    /// Does work that writes into the folder; errors name its files as they will be called.
    package func writing(_ work: () throws -> Void) throws {
        do {
            try work()
        } catch let error as ModelFileError where error.path.hasPrefix(temporaryPath) {
            let name = path + error.path.dropFirst(temporaryPath.count)
            throw ModelFileError(error.problem, path: name, subject: error.subject, offset: error.offset)
        }
    }

    /// Gives the folder its name, in place of what had it.
    package func commit() throws(ModelFileError) {
        guard !isFinished else { throw ModelFileError(.misused(reason: "the folder was already finished or given up"), path: path) }
        let old = temporaryPath + ".old", exists = FileManager.default.fileExists(atPath: path)
        do {
            if exists { try FileManager.default.moveItem(atPath: path, toPath: old) }
            try FileManager.default.moveItem(atPath: temporaryPath, toPath: path)
        } catch {
            if exists, !FileManager.default.fileExists(atPath: path) { try? FileManager.default.moveItem(atPath: old, toPath: path) }
            discard()
            throw Self.failure("give the folder its name", error, path)
        }
        isFinished = true
        // The new folder is in its place; should the old one not go, it is only in the way.
        try? FileManager.default.removeItem(atPath: old)
    }

    /// Gives the folder up.
    package func discard() {
        guard !isFinished else { return }
        isFinished = true
        try? FileManager.default.removeItem(atPath: temporaryPath)
    }

    private static func check(_ path: String, mayReplace: Bool) throws(ModelFileError) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let names = SettingsFolder(path: path).names
        guard mayReplace, FileManager.default.isFolder(atPath: path), names.isEmpty || !modelFiles.isDisjoint(with: names) else {
            let reason = mayReplace ? "what has that name is not the folder of a model" : "the name is taken"
            throw ModelFileError(.cannotWrite(action: "write the folder", reason: reason), path: path)
        }
    }

    private static func failure(_ action: String, _ error: any Error, _ path: String) -> ModelFileError {
        let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        let reason = cause.map { systemMessage(Int32(truncatingIfNeeded: $0.code)) } ?? (error as NSError).localizedDescription
        return ModelFileError(.cannotWrite(action: action, reason: reason), path: path)
    }
}
