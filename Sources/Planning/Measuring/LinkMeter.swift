import Tensors

/// Measures how fast a context moves between the memory that attention reads and where it waits: on a machine with one memory, a copy within it,
/// since files that were just written lie there too.
struct LinkMeter {
    private static let byteCount = 64 << 20

    func bytesPerSecond() throws(MemoryError) -> Double {
        let source = try Memory.allocate(byteCount: Self.byteCount), target = try Memory.allocate(byteCount: Self.byteCount)
        source.base.initializeMemory(as: UInt8.self, repeating: 1, count: Self.byteCount)
        let seconds = Stopwatch().seconds { target.base.copyMemory(from: source.base, byteCount: Self.byteCount) }
        return Double(Self.byteCount) / seconds
    }
}
