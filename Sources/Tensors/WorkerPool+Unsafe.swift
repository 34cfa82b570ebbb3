import Foundation
import Synchronization

/// A fixed set of threads that runs one task at a time; the caller works along as thread 0.
///
/// Kernels run here and never on Swift's cooperative pool. A pool serves one caller at a time and its tasks must not call it
/// again; two pools in one process do not disturb each other. Sendable because callers take turns and everything that the
/// helpers read is published by a gate.
package final class WorkerPool: @unchecked Sendable {
    /// How many threads work, the caller included.
    package let threads: Int

    private let crew: Crew
    private let next = Atomic<Int>(0)
    private let isBusy = Atomic<Bool>(false)
    private let scratches: [Scratch]

    /// Room for the kernels, whose tiles lie on the stack and which take much more of it where they are not optimised.
    private static let stackBytes = 8 << 20

    package init(threads: Int = WorkerPool.machineThreads) {
        precondition(threads >= 1, "a worker pool of \(threads) threads")
        self.threads = threads
        let crew = Crew(helpers: threads - 1)
        self.crew = crew
        scratches = (0...threads).map { _ in Scratch() }
        for index in 1..<max(threads, 1) {
            let thread = Thread { crew.work(as: index) }
            thread.name = "apus worker \(index)"
            thread.stackSize = WorkerPool.stackBytes
            thread.start()
        }
    }

    deinit { crew.dismiss() }

    /// Runs `body` once on every thread and returns when all are done.
    package func run(_ body: (_ thread: Int) -> Void) {
        if threads == 1 { return body(0) }
        let wasBusy = isBusy.exchange(true, ordering: .acquiringAndReleasing)
        precondition(!wasBusy, "a worker pool serves one caller at a time")
        withoutActuallyEscaping(body) { body in crew.perform(body) }
        isBusy.store(false, ordering: .releasing)
    }

    /// Runs `body` for every index below `count`; threads take the next index when they are done with one.
    package func forEach(_ count: Int, _ body: (_ index: Int, _ thread: Int) -> Void) {
        if threads == 1 || count <= 1 {
            for index in 0..<max(count, 0) { body(index, 0) }
            return
        }
        next.store(0, ordering: .relaxed)
        run { thread in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                body(index, thread)
            }
        }
    }

    /// Changes each element of an array, spread over the threads as `forEach` spreads its indices.
    package func change<Element>(_ elements: inout [Element], _ body: (_ index: Int, inout Element) -> Void) {
        elements.withUnsafeMutableBufferPointer { elements in
            guard let base = elements.baseAddress else { return }
            forEach(elements.count) { index, _ in body(index, &base[index]) }
        }
    }

    /// Working memory of one thread, aligned to 64 bytes, kept from call to call; its contents are undefined.
    package func scratch(thread: Int, byteCount: Int) -> UnsafeMutableRawPointer {
        scratches[thread].atLeast(byteCount)
    }

    /// The same for what the caller prepares and all threads read.
    package func sharedScratch(byteCount: Int) -> UnsafeMutableRawPointer {
        scratches[threads].atLeast(byteCount)
    }
}

/// Memory that grows to the largest size ever asked for.
private final class Scratch {
    private var memory: Memory?

    func atLeast(_ byteCount: Int) -> UnsafeMutableRawPointer {
        if let memory, memory.byteCount >= byteCount { return memory.base }
        memory = nil
        let larger = Memory.required(byteCount: max(byteCount, 4096))
        memory = larger
        return larger.base
    }
}

/// What the pool shares with its helper threads; they keep it alive, not the pool.
///
/// Sendable because `task` is written only while all helpers wait at `round`, whose change publishes it.
private final class Crew: @unchecked Sendable {
    private let helpers: Int
    private let round = Gate()
    private let working = Gate()
    private let present: Gate
    private var task: UnsafePointer<Task>?

    /// A task lies on the caller's stack while the helpers run it, so that handing it out allocates nothing.
    struct Task {
        let body: (Int) -> Void
    }

    init(helpers: Int) {
        self.helpers = helpers
        present = Gate(helpers)
    }

    func perform(_ body: @escaping (Int) -> Void) {
        withUnsafePointer(to: Task(body: body)) { task in
            self.task = task
            working.reset(helpers)
            round.add(1)
            body(0)
            while case let left = working.current, left > 0 { working.wait(while: left) }
            self.task = nil
        }
    }

    /// The life of a helper thread.
    func work(as thread: Int) {
        var seen = 0
        while true {
            round.wait(while: seen)
            seen += 1
            guard let task else { break }
            Crew.call(task, thread)
            working.add(-1)
        }
        present.add(-1)
    }

    /// Not inlined, so that no reference to the body outlives the call.
    @inline(never)
    private static func call(_ task: UnsafePointer<Task>, _ thread: Int) { task.pointee.body(thread) }

    /// Ends all helper threads and returns when they have left.
    func dismiss() {
        round.add(1)
        while case let left = present.current, left > 0 { present.wait(while: left) }
    }
}
