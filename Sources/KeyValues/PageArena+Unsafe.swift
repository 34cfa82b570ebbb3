import Synchronization
import Tensors

/// A piece of an arena. Sendable because it is only an address; who holds it decides who may write.
struct PageMemory: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let byteCount: Int
}

/// Hands out the memory of cache pages from large blocks (in huge pages where the system has them) and takes it back at once.
///
/// Where memory is limited, the first pages (those with a text's sinks among them) lie in memory for good, up to half of the limit. Blocks
/// that come later lie in temporary files, of which the resident set holds what is in use: forks and tables do not notice.
/// Several caches may share an arena; it may be used from any thread.
package final class PageArena: Sendable {
    /// What bounds the memory that pages take; nil: nothing does.
    package let residents: ResidentSet?
    private let spill: Spill

    /// Makes memory of at least so many bytes that need not stay resident.
    package typealias Spill = @Sendable (Int) throws(MemoryError) -> Memory

    private struct State {
        var free: [Int: [PageMemory]] = [:]
        var blocks: [Memory] = []
        /// What is not yet handed out of the last block.
        var rest: PageMemory?
        var bytesInUse = 0
        var mostBytesInUse = 0
        var nextBlock = PageArena.smallestBlock
    }
    private let state = Mutex(State())

    private static let smallestBlock = 1 << 20
    private static let largestBlock = 64 << 20

    /// - Parameters:
    ///   - limit: the most bytes of pages, also of mapped ones, that may be in memory at a time.
    ///   - spill: where the blocks beyond memory's share come from.
    package init(limit: Int? = nil, spill: @escaping Spill = { byteCount throws(MemoryError) in try .spilled(byteCount: byteCount) }) {
        residents = limit.map(ResidentSet.init)
        self.spill = spill
    }

    /// What an arena without a limit takes of the memory for so many bytes of pages: small blocks lie there whole, and of large ones what was
    /// written.
    package static func residentBytes(holding byteCount: Int) -> Int {
        var left = byteCount, block = smallestBlock, resident = 0
        while left > 0 {
            resident += block <= 4 * smallestBlock ? block : min(block, left)
            left -= block
            block = min(2 * block, largestBlock)
        }
        return resident
    }

    /// Bytes of the pages that are in use.
    package var bytesInUse: Int { state.withLock { $0.bytesInUse } }

    /// The most bytes of pages that were in use at a time since `forgetMost` was called.
    package var mostBytesInUse: Int { state.withLock { $0.mostBytesInUse } }

    /// Begins to watch anew how many bytes are in use.
    package func forgetMost() { state.withLock { $0.mostBytesInUse = $0.bytesInUse } }

    /// Zeroed memory.
    func allocate(byteCount: Int) throws(KeyValueError) -> PageMemory {
        let size = (byteCount + Page.alignment - 1) / Page.alignment * Page.alignment
        let result: Result<PageMemory, KeyValueError> = state.withLock { state in
            do throws(KeyValueError) {
                let memory = try take(size, from: &state)
                state.bytesInUse += size
                state.mostBytesInUse = max(state.mostBytesInUse, state.bytesInUse)
                return .success(memory)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    func release(_ memory: PageMemory) {
        state.withLock { state in
            state.free[memory.byteCount, default: []].append(memory)
            state.bytesInUse -= memory.byteCount
        }
    }

    private func take(_ size: Int, from state: inout State) throws(KeyValueError) -> PageMemory {
        if let used = state.free[size]?.popLast() {
            used.base.initializeMemory(as: UInt8.self, repeating: 0, count: size)
            return used
        }
        if let rest = state.rest, rest.byteCount >= size { return Self.split(rest, at: size, state: &state) }
        let memory = try makeBlock(max(size, state.nextBlock), atLeast: size)
        state.blocks.append(memory)
        state.nextBlock = min(2 * state.nextBlock, Self.largestBlock)
        return Self.split(PageMemory(base: memory.base, byteCount: memory.byteCount), at: size, state: &state)
    }

    /// A block in memory, or in a file once memory has its share.
    private func makeBlock(_ byteCount: Int, atLeast least: Int) throws(KeyValueError) -> Memory {
        if let residents, !residents.hasRoomForFixed(byteCount) {
            do {
                let memory = try spill(byteCount)
                residents.watch(memory)
                return memory
            } catch {
                throw .cannotSpill(error)
            }
        }
        guard let memory = (try? Memory.allocate(byteCount: byteCount)) ?? (try? Memory.allocate(byteCount: least)) else {
            throw .outOfMemory(byteCount: least)
        }
        residents?.addFixed(memory.byteCount)
        return memory
    }

    private static func split(_ memory: PageMemory, at size: Int, state: inout State) -> PageMemory {
        state.rest = PageMemory(base: memory.base + size, byteCount: memory.byteCount - size)
        return PageMemory(base: memory.base, byteCount: size)
    }
}
