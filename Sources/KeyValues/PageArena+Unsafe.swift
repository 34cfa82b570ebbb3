import Synchronization
import Tensors

/// A piece of an arena. Sendable because it is only an address; who holds it decides who may write.
struct PageMemory: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let byteCount: Int
}

/// Hands out the memory of cache pages from large blocks (in huge pages where the system has them) and takes it back at once.
///
/// Several caches may share an arena; it may be used from any thread.
package final class PageArena: Sendable {
    /// The most bytes that pages may take; nil: as many as the system has.
    package let limit: Int?

    private struct State {
        var free: [Int: [PageMemory]] = [:]
        var blocks: [Memory] = []
        /// What is not yet handed out of the last block.
        var rest: PageMemory?
        var bytesInUse = 0
        var nextBlock = PageArena.smallestBlock
    }
    private let state = Mutex(State())

    private static let smallestBlock = 1 << 20
    private static let largestBlock = 64 << 20

    package init(limit: Int? = nil) { self.limit = limit }

    /// Bytes of the pages that are in use.
    package var bytesInUse: Int { state.withLock { $0.bytesInUse } }

    /// Zeroed memory.
    func allocate(byteCount: Int) throws(KeyValueError) -> PageMemory {
        let size = (byteCount + Page.alignment - 1) / Page.alignment * Page.alignment
        let result: Result<PageMemory, KeyValueError> = state.withLock { state in
            if let limit, state.bytesInUse + size > limit {
                return .failure(.limitReached(needed: size, inUse: state.bytesInUse, limit: limit))
            }
            guard let memory = Self.take(size, from: &state, limit: limit) else { return .failure(.outOfMemory(byteCount: size)) }
            state.bytesInUse += size
            return .success(memory)
        }
        return try result.get()
    }

    func release(_ memory: PageMemory) {
        state.withLock { state in
            state.free[memory.byteCount, default: []].append(memory)
            state.bytesInUse -= memory.byteCount
        }
    }

    private static func take(_ size: Int, from state: inout State, limit: Int?) -> PageMemory? {
        if let used = state.free[size]?.popLast() {
            used.base.initializeMemory(as: UInt8.self, repeating: 0, count: size)
            return used
        }
        if let rest = state.rest, rest.byteCount >= size { return split(rest, at: size, state: &state) }
        let block = max(size, min(state.nextBlock, limit ?? .max))
        guard let memory = (try? Memory.allocate(byteCount: block)) ?? (try? Memory.allocate(byteCount: size)) else { return nil }
        state.blocks.append(memory)
        state.nextBlock = min(2 * state.nextBlock, largestBlock)
        return split(PageMemory(base: memory.base, byteCount: memory.byteCount), at: size, state: &state)
    }

    private static func split(_ memory: PageMemory, at size: Int, state: inout State) -> PageMemory {
        state.rest = PageMemory(base: memory.base + size, byteCount: memory.byteCount - size)
        return PageMemory(base: memory.base, byteCount: size)
    }
}
