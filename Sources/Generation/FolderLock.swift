#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Keeps two processes from writing one reading at the same time. The system lets go of the lock when the process ends, however
/// it ends.
final class FolderLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `ReadingError.beingWritten` if another process holds the lock.
    init(_ folder: String) throws(ReadingError) {
        descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotCreate(folder: folder, reason: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .beingWritten(folder: folder)
        }
    }

    deinit { close(descriptor) }
}
