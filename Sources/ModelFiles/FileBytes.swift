import Foundation
import Tensors

/// Files that are read as a whole: small ones that stand beside the weights.
package enum FileBytes {
    /// No vocabulary or table comes near it.
    private static let most = 1 << 30

    /// The bytes of the regular file at `path`.
    package static func read(path: String) throws(ModelFileError) -> [UInt8] {
        let memory = try MappedFile.open(path)
        guard memory.byteCount <= most else {
            throw ModelFileError(.impossibleCount(field: "size in bytes", count: UInt64(memory.byteCount), most: most), path: path)
        }
        return Array(UnsafeRawBufferPointer(start: memory.base, count: memory.byteCount))
    }
}

extension FileManager {
    /// Whether a folder, or a link to one, is at `path`.
    package func isFolder(atPath path: String) -> Bool {
        var isFolder: ObjCBool = false
        return fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
