#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Keeps two processes from writing into one folder at the same time. The system lets go of the lock when the process ends, however
/// it ends.
package final class FolderLock: Sendable {
    /// Why a folder is not locked now; who wanted it says what that means.
    package enum Refusal: Error, Equatable {
        /// Another process holds the lock.
        case isTaken
        case cannotOpen(reason: String)
    }

    private let descriptor: Int32

    package init(_ folder: String) throws(Refusal) {
        descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotOpen(reason: systemMessage(errno)) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .isTaken
        }
    }

    deinit { close(descriptor) }
}
