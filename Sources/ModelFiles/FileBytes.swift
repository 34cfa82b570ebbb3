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

    /// Whether a folder is at `path`.
    package static func isFolder(path: String) -> Bool {
        do {
            _ = try MappedFile.open(path)
            return false
        } catch {
            return error.problem == .isFolder
        }
    }
}
