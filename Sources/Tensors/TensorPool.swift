import Synchronization

/// Hands out tensors and takes their memory back when they are released, so that layers do not allocate over and over.
///
/// Blocks have sizes of powers of two; what was given back waits for the next tensor of its size until `drain`.
package final class TensorPool: Sendable {
    private let free = Mutex<[Int: [Memory]]>([:])

    package init() {}

    /// A tensor whose contents are undefined.
    package func make(rows: Int, columns: Int) -> Tensor {
        let needed = max(Tensor.byteCount(rows: rows, columns: columns), 4096)
        let size = 1 << (Int.bitWidth - (needed - 1).leadingZeroBitCount)
        let memory = free.withLock { $0[size]?.popLast() } ?? .required(byteCount: size)
        return Tensor(rows: rows, columns: columns, memory: memory, pool: self)
    }

    /// Gives the memory that no tensor uses back to the system.
    package func drain() {
        free.withLock { $0.removeAll() }
    }

    func takeBack(_ memory: Memory) {
        free.withLock { $0[memory.byteCount, default: []].append(memory) }
    }
}
