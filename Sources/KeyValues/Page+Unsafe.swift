import Tensors

/// 64 tokens of one key/value head: two self-contained runs of bytes that can be written to a file and mapped as they are.
///
/// Sendable because a page is written only by the one cache that holds it alone; once shared it never changes.
package final class Page: @unchecked Sendable {
    package let keys: UnsafeMutableRawPointer
    package let values: UnsafeMutableRawPointer
    /// The position of slot 0. Keys in page frame are turned by their position less this.
    package let start: Int
    /// The position of each slot, where they are not consecutive.
    package let positions: [Int32]?

    /// Where a page may begin in memory, in bytes.
    package static let alignment = 64

    private let storage: Storage
    private enum Storage {
        case arena(PageArena, PageMemory)
        case mapped(Memory)
    }

    /// An empty page.
    package init(spec: CacheSpec, start: Int, arena: PageArena) throws(KeyValueError) {
        let memory = try arena.allocate(byteCount: spec.keyPageBytes + spec.valuePageBytes)
        keys = memory.base
        values = memory.base + spec.keyPageBytes
        self.start = start
        positions = nil
        storage = .arena(arena, memory)
    }

    /// A page that lies in a mapped file; nothing is written to it.
    /// - Parameters:
    ///   - positions: of each filled slot, where they are not consecutive from `start` on.
    ///   - keyOffset, valueOffset: where the two blocks begin in `memory`, in bytes.
    /// - Throws: `KeyValueError` where a block does not lie in the memory whole or begins off its alignment.
    package init(
        spec: CacheSpec, start: Int, positions: [Int32]? = nil, memory: Memory, keyOffset: Int, valueOffset: Int
    ) throws(KeyValueError) {
        for (offset, byteCount) in [(keyOffset, spec.keyPageBytes), (valueOffset, spec.valuePageBytes)] {
            guard offset >= 0, offset <= memory.byteCount, memory.byteCount - offset >= byteCount else {
                throw .pageTooSmall(byteCount: max(0, memory.byteCount - max(0, offset)), needed: byteCount)
            }
            guard offset.isMultiple(of: Self.alignment) else { throw .pageMisaligned(offset: offset) }
        }
        keys = memory.base + keyOffset
        values = memory.base + valueOffset
        self.start = start
        self.positions = positions
        storage = .mapped(memory)
    }

    deinit {
        if case .arena(let arena, let memory) = storage { arena.release(memory) }
    }

    /// A page of one's own with the same bytes.
    func copy(spec: CacheSpec, arena: PageArena) throws(KeyValueError) -> Page {
        let page = try Page(spec: spec, start: start, arena: arena)
        page.keys.copyMemory(from: keys, byteCount: spec.keyPageBytes)
        page.values.copyMemory(from: values, byteCount: spec.valuePageBytes)
        return page
    }

    /// Whether new tokens may be written: a mapped page is copied first.
    var isWritable: Bool {
        guard case .arena = storage else { return false }
        return true
    }
}
