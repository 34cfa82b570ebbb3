import Foundation
import Synchronization

/// Runs work that descends into itself on a thread whose stack is known to have room for it, whatever thread asks.
enum RoomyThread {
    private final class Outcome<Value: Sendable, Problem: Error>: Sendable {
        let result = Mutex<Result<Value, Problem>?>(nil)
    }

    static func run<Value: Sendable, Problem: Error>(_ work: @escaping @Sendable () throws(Problem) -> Value) throws(Problem) -> Value {
        let outcome = Outcome<Value, Problem>(), finished = DispatchSemaphore(value: 0)
        let thread = Thread {
            let result = Result(catching: work)
            outcome.result.withLock { $0 = result }
            finished.signal()
        }
        thread.stackSize = TemplateLimits.stackBytes
        thread.start()
        finished.wait()
        // Set before the signal, whatever the work did.
        guard let result = outcome.result.withLock({ $0 }) else { return try work() }
        return try result.get()
    }
}
