import Foundation

/// A file or folder that a command is to write.
enum NewFile {
    /// - Throws: a usage error where there is something of that name that may not be replaced.
    static func check(_ path: String, force: Bool) throws(CommandFailure) {
        guard force || !FileManager.default.fileExists(atPath: path) else {
            throw .usage("\(path) exists already; name another path, or pass --force to replace it")
        }
    }
}
