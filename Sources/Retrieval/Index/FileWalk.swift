import Documents
import Foundation

/// The files that an index is to be made of.
package struct FileWalk: Sendable {
    package struct File: Hashable, Sendable {
        /// Absolute.
        package let path: String
        package let format: DocumentFormat
    }

    package private(set) var files: [File] = []
    /// What was named: absolute paths of files and folders. What an index has below these and is not among the files is gone.
    package private(set) var roots: [String] = []

    /// Folders that hold what others made.
    private static let leftOut: Set<String> = ["node_modules", "__pycache__", "venv"]

    /// - Parameter paths: files, whatever their names end with, and folders, of which files of known kinds are taken; hidden ones and links
    ///   are left out.
    /// - Throws: `DocumentError` for a path where there is nothing.
    package init(_ paths: [String]) throws(DocumentError) {
        let manager = FileManager.default
        for path in paths {
            let absolute = Self.absolute(path)
            var isFolder: ObjCBool = false
            guard manager.fileExists(atPath: absolute, isDirectory: &isFolder) else { throw DocumentError(.missing, name: path) }
            roots.append(absolute)
            if isFolder.boolValue {
                walk(absolute, manager)
            } else {
                files.append(File(path: absolute, format: DocumentFormat(path: absolute) ?? .plain))
            }
        }
        var seen: Set<String> = []
        files = files.filter { seen.insert($0.path).inserted }
    }

    private mutating func walk(_ folder: String, _ manager: FileManager) {
        for name in ((try? manager.contentsOfDirectory(atPath: folder)) ?? []).sorted() where !name.hasPrefix(".") {
            let path = folder + "/" + name
            guard let type = (try? manager.attributesOfItem(atPath: path))?[.type] as? FileAttributeType else { continue }
            if type == .typeDirectory {
                if !Self.leftOut.contains(name) { walk(path, manager) }
            } else if type == .typeRegular, let format = DocumentFormat(path: path) {
                files.append(File(path: path, format: format))
            }
        }
    }

    package static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

    /// Whether a file was named, or lies below a folder that was.
    package func covers(_ path: String) -> Bool {
        roots.contains { path == $0 || path.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }
    }
}
