import Diagnostics
import Synchronization

/// Passes progress on and remembers the latest.
final class ProgressWatch: Sendable {
    private let next: ProgressHandler
    private let stored = Mutex<Progress?>(nil)

    init(_ next: @escaping ProgressHandler) {
        self.next = next
    }

    var latest: Progress? { stored.withLock { $0 } }

    var handler: ProgressHandler {
        { [self] progress in
            stored.withLock { $0 = progress }
            next(progress)
        }
    }
}
