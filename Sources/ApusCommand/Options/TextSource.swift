import Documents
import Foundation
import ModelFiles

/// What `apus ask` asks about.
enum TextSource: Equatable {
    /// Texts to read now.
    case files([String])
    /// The folder of a reading that was saved before.
    case reading(folder: String)

    /// - Parameter isFolder: whether a path leads to a folder.
    /// - Throws: a usage error for a folder among other names.
    init(_ names: [String], isFolder: (String) -> Bool = TextSource.isFolder) throws(CommandFailure) {
        guard let folder = names.first(where: isFolder) else {
            self = .files(names)
            return
        }
        guard names.count == 1 else {
            throw .usage(
                "\(folder) is a folder, and a saved reading is asked by itself; to add texts to it, use `apus read --append -o \(folder)`.")
        }
        self = .reading(folder: folder)
    }

    static func isFolder(_ path: String) -> Bool { FileManager.default.isFolder(atPath: path) }

    static func isFile(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path) && !isFolder(path)
    }
}

extension TextSource {
    /// The texts; nil for a reading, which brings its own.
    func documents() throws(DocumentError) -> DocumentSet? {
        guard case .files(let names) = self else { return nil }
        return try DocumentSet(reading: names)
    }
}
