import Foundation
import Synchronization
import Tensors
import Testing

@Suite("Worker pool")
struct WorkerPoolTests {
    @Test("Every thread runs a task exactly once a round", arguments: [1, 2, 3, 5])
    func rounds(threads: Int) {
        let pool = WorkerPool(threads: threads)
        var counts = [Int](repeating: 0, count: threads * 16)
        counts.withUnsafeMutableBufferPointer { counts in
            nonisolated(unsafe) let counts = counts
            for _ in 0..<2000 { pool.run { thread in counts[thread * 16] += 1 } }
        }
        #expect((0..<threads).allSatisfy { counts[$0 * 16] == 2000 })
    }

    @Test("Every index is handed out exactly once", arguments: [1, 2, 4])
    func indices(threads: Int) {
        let pool = WorkerPool(threads: threads)
        for count in [0, 1, 2, 7, 1000] {
            let sum = Atomic<Int>(0)
            let calls = Atomic<Int>(0)
            pool.forEach(count) { index, thread in
                sum.add(index + (thread < threads ? 0 : 1_000_000), ordering: .relaxed)
                calls.add(1, ordering: .relaxed)
            }
            #expect(calls.load(ordering: .relaxed) == count)
            #expect(sum.load(ordering: .relaxed) == count * (count - 1) / 2)
        }
    }

    @Test("Threads that fell asleep wake for the next task")
    func sleeping() {
        let pool = WorkerPool(threads: 3)
        for _ in 0..<20 {
            Thread.sleep(forTimeInterval: 0.001)
            let calls = Atomic<Int>(0)
            pool.run { _ in
                Thread.sleep(forTimeInterval: 0.0002)
                calls.add(1, ordering: .relaxed)
            }
            #expect(calls.load(ordering: .relaxed) == 3)
        }
    }

    @Test("Two pools work in turn and at once")
    func twoPools() async {
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    let pool = WorkerPool(threads: 2)
                    let calls = Atomic<Int>(0)
                    for _ in 0..<300 { pool.run { _ in calls.add(1, ordering: .relaxed) } }
                    return calls.load(ordering: .relaxed)
                }
            }
            for await calls in group { #expect(calls == 600) }
        }
    }

    @Test("Pools come and go without waiting for sleep")
    func lifetimes() {
        for threads in 1...4 {
            for _ in 0..<20 { WorkerPool(threads: threads).run { _ in } }
        }
    }

    @Test("Scratch memory is each thread's own and grows")
    func scratch() {
        let pool = WorkerPool(threads: 2)
        let first = pool.scratch(thread: 0, byteCount: 100)
        #expect(first == pool.scratch(thread: 0, byteCount: 4096))
        #expect(first != pool.scratch(thread: 1, byteCount: 100))
        #expect(first != pool.sharedScratch(byteCount: 100))
        pool.scratch(thread: 0, byteCount: 1 << 20).storeBytes(of: 1, toByteOffset: 1 << 20 - 1, as: UInt8.self)
        #expect(Int(bitPattern: pool.scratch(thread: 0, byteCount: 1)).isMultiple(of: 64))
    }

    @Test("The machine has at least one thread to offer")
    func machineThreads() {
        #expect(1...ProcessInfo.processInfo.activeProcessorCount ~= WorkerPool.machineThreads)
    }
}
