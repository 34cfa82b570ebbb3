import Synchronization
import Tensors

/// Keeps the memory that a process holds for cache pages below a limit, though there may be more pages than that.
///
/// Pages that lie in files (sealed shards, or what an arena has put beyond its share) become part of a process's resident set when they
/// are touched. Whoever goes over such pages says how much it touched; once that passes what the limit leaves, all are let go at once. They
/// stay where they are, and one that is touched again comes back from the system's file cache or the disk: a method that touches few pages
/// pays next to nothing, one that touches all of them pays with every token.
package final class ResidentSet: Sendable {
    /// Bytes of the cache that may be in memory.
    package let limit: Int

    private struct State {
        /// Files that pages lie in. Whoever holds a page keeps its file; this does not.
        var mappings: [WeakMemory] = []
        /// Bytes of pages that always stay in memory.
        var fixed = 0
    }
    private let state = Mutex(State())
    /// Bytes of mapped pages that were touched since they were last let go; more than are resident where a page was touched twice.
    private let touched = Atomic<Int>(0)
    /// How often everything was let go.
    private let sweeps = Atomic<Int>(0)

    private struct WeakMemory {
        weak var memory: Memory?
    }

    /// Reading maps the neighbourhood too: 64 kB around it, where Linux finds that in its file cache.
    private static let neighbourhood = 1 << 16

    package init(limit: Int) { self.limit = limit }

    /// How often pages had to be let go.
    package var sweepCount: Int { sweeps.load(ordering: .relaxed) }

    /// Watches over a mapped file.
    package func watch(_ memory: Memory) {
        state.withLock { state in
            state.mappings.removeAll { $0.memory == nil }
            state.mappings.append(WeakMemory(memory: memory))
        }
    }

    /// Counts memory that cannot be let go.
    func addFixed(_ byteCount: Int) { state.withLock { $0.fixed += byteCount } }

    /// Whether so many bytes more may be memory that cannot be let go: half of the limit at most, the rest is for touched files.
    func hasRoomForFixed(_ byteCount: Int) -> Bool { state.withLock { $0.fixed + byteCount <= limit / 2 } }

    /// Counts bytes of pages that were just read or written, and lets everything go that passes the limit.
    /// - Parameter runs: of bytes without gaps that were read; each brings its neighbourhood. What is written does not.
    package func touch(_ byteCount: Int, runs: Int = 0) {
        let bytes = byteCount + runs * Self.neighbourhood
        let total = touched.wrappingAdd(bytes, ordering: .relaxed).newValue
        // Asking for the rest on every touch would make threads wait for each other.
        guard total > limit / 2 else { return }
        state.withLock { state in
            let allowed = limit - state.fixed
            guard touched.load(ordering: .relaxed) > allowed else { return }
            let mapped = state.mappings.compactMap(\.memory)
            // All that could be touched fits: there is nothing to let go.
            guard mapped.reduce(0, { $0 + $1.byteCount }) > allowed else { return touched.store(0, ordering: .relaxed) }
            // What other threads touch meanwhile counts.
            touched.store(0, ordering: .relaxed)
            for memory in mapped { memory.forget() }
            sweeps.wrappingAdd(1, ordering: .relaxed)
        }
    }
}
