import KeyValues
import Synchronization
import Tensors

extension PageArena {
    /// An arena on a full disk: it has room for so many bytes of pages and no more.
    package static func full(after byteCount: Int) -> PageArena {
        let isFirst = FirstTime()
        return PageArena(limit: 0) { wanted throws(MemoryError) in
            guard isFirst.take() else { throw .cannotSpill(folder: "/full", byteCount: wanted, reason: "no space left") }
            return try .allocate(byteCount: byteCount)
        }
    }
}

/// Something that is had once.
private final class FirstTime: Sendable {
    private let isTaken = Atomic(false)

    func take() -> Bool { !isTaken.exchange(true, ordering: .relaxed) }
}
