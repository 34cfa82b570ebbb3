#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension Memory {
    /// Zeroed memory in a temporary file, which the system writes out and takes away when it needs the room.
    ///
    /// The file loses its name before anything is written, so nothing of it is left when the memory is let go or the process ends, however
    /// it ends. Its blocks are reserved at once: a full disk is an error here and no crash later.
    /// - Throws: `MemoryError.cannotSpill` where the disk has no room or the folder takes no files.
    package static func spilled(byteCount: Int) throws(MemoryError) -> Memory {
        let folder = SpillFolder.path
        func failure(_ code: Int32) -> MemoryError {
            .cannotSpill(folder: folder, byteCount: byteCount, reason: String(cString: strerror(code)))
        }
        var name = Array("\(folder)/apus-cache-XXXXXX".utf8CString)
        let file = mkstemp(&name)
        guard file >= 0 else { throw failure(errno) }
        defer { close(file) }
        unlink(name)
        let code = reserve(byteCount, in: file)
        guard code == 0 else { throw failure(code) }
        guard let base = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), base != MAP_FAILED else { throw failure(errno) }
        return Memory(base: base, byteCount: byteCount, release: .unmapFile)
    }

    /// - Returns: an error number, or 0.
    private static func reserve(_ byteCount: Int, in file: Int32) -> Int32 {
        #if canImport(Darwin)
        var wish = fstore_t(
            fst_flags: UInt32(F_ALLOCATEALL), fst_posmode: F_PEOFPOSMODE, fst_offset: 0, fst_length: off_t(byteCount), fst_bytesalloc: 0)
        guard fcntl(file, F_PREALLOCATE, &wish) != -1, ftruncate(file, off_t(byteCount)) == 0 else { return errno }
        return 0
        #else
        return posix_fallocate(file, 0, off_t(byteCount))
        #endif
    }
}

/// Where large temporary files lie: in the folder that a person names, else in the one that is on a disk by custom. `/tmp` comes after it,
/// for many systems keep that in memory.
private enum SpillFolder {
    static var path: String {
        let candidates = [getenv("TMPDIR").map { String(cString: $0) }, "/var/tmp", "/tmp"].compactMap { $0 }
        return candidates.first { access($0, W_OK | X_OK) == 0 } ?? "."
    }
}
