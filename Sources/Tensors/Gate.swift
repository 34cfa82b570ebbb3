import CKernels
import Dispatch
import Foundation
import Synchronization

/// A counter that threads wait on. Waiting spins first and then sleeps: a decode step makes a few hundred rounds of some 20 to
/// 500 microseconds each, for which waking a thread is too slow, while an idle engine should cost nothing.
///
/// Sendable because the counters are atomic and the condition is locked by whoever sleeps or wakes.
final class Gate: @unchecked Sendable {
    private let value: Atomic<Int>
    private let sleepers = Atomic<Int>(0)
    private let condition = NSCondition()
    /// Keeps the counters of two gates on different cache lines.
    private let padding: (Int, Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0, 0)

    private static let spinNanoseconds: UInt64 = 75_000
    private static let spinsBetweenClockReadings = 64

    init(_ value: Int = 0) { self.value = Atomic(value) }

    /// What the counter holds now.
    var current: Int { value.load(ordering: .acquiring) }

    /// Sets the counter while nobody waits for it.
    func reset(_ newValue: Int) { value.store(newValue, ordering: .releasing) }

    /// Adds to the counter and wakes whoever sleeps on it.
    func add(_ amount: Int) {
        value.add(amount, ordering: .sequentiallyConsistent)
        guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
        condition.lock()
        condition.broadcast()
        condition.unlock()
    }

    /// Returns once the counter no longer holds `old`.
    func wait(while old: Int) {
        if spin(while: old) { return }
        condition.lock()
        sleepers.add(1, ordering: .sequentiallyConsistent)
        while value.load(ordering: .sequentiallyConsistent) == old { condition.wait() }
        sleepers.subtract(1, ordering: .sequentiallyConsistent)
        condition.unlock()
    }

    /// Whether the counter changed within the time for spinning. Yielding now and then lets the thread that is waited for run, should
    /// a busy system have put both on one processor.
    private func spin(while old: Int) -> Bool {
        let deadline = DispatchTime.now().uptimeNanoseconds + Gate.spinNanoseconds
        repeat {
            for _ in 0..<Gate.spinsBetweenClockReadings {
                if value.load(ordering: .acquiring) != old { return true }
                processor_pause()
            }
            sched_yield()
        } while DispatchTime.now().uptimeNanoseconds < deadline
        return false
    }
}
