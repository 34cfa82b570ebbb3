import Tensors

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Opens files for the readers of this target: maps them whole, and tells the ways in which that can fail apart.
///
/// A mapped file that another program shortens while it is in use makes the system stop this program; replace model files by
/// renaming (as `AtomicFile` does), never in place.
enum MappedFile {
    /// Maps the regular, non-empty file at `path`.
    static func open(_ path: String) throws(ModelFileError) -> Memory {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let code = errno
            throw ModelFileError(code == ENOENT || code == ENOTDIR ? .missing : .unreadable(reason: systemMessage(code)), path: path)
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw ModelFileError(.isFolder, path: path)
        default: throw ModelFileError(.notRegular, path: path)
        }
        guard status.st_size > 0 else { throw ModelFileError(.empty, path: path) }
        do {
            return try Memory.map(path: path)
        } catch {
            throw ModelFileError(.unreadable(reason: reason(of: error)), path: path)
        }
    }

    private static func reason(of error: MemoryError) -> String {
        switch error {
        case .cannotOpen(_, let reason), .cannotMap(_, _, let reason): reason
        case .notAFile, .outOfMemory, .cannotSpill: error.description
        }
    }
}

/// The system's own words for an error number.
func systemMessage(_ code: Int32) -> String {
    String(cString: strerror(code))
}
