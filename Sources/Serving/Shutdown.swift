import Diagnostics
import Generation
import ServiceLifecycle

/// The end of a server: what goes on may end within a time, and nothing new begins.
struct Shutdown: Sendable {
    /// Requested when the end has begun.
    let cancellation = Cancellation()
    let scheduler: Scheduler
    /// How long requests may take to end.
    let time: Duration

    var hasBegun: Bool { cancellation.isCancelled }

    /// Waits for the first wish to stop and carries it out; at the second, `endAtOnce` is called.
    func supervise<Stops: AsyncSequence & Sendable>(
        _ services: ServiceGroup, stops: Stops, endAtOnce: @escaping @Sendable () -> Void
    ) async where Stops.Failure == Never {
        var wishes = 0
        await withTaskGroup(of: Void.self) { group in
            for await _ in stops {
                wishes += 1
                if wishes > 1 { endAtOnce() }
                cancellation.cancel()
                group.addTask { await drain(services) }
            }
            group.cancelAll()
        }
    }

    /// The server answers while requests end, so that whoever asks for its health learns that it is about to go.
    private func drain(_ services: ServiceGroup) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await scheduler.drain() }
            group.addTask { try? await Task.sleep(for: time) }
            await group.next()
            await services.triggerGracefulShutdown()
            group.cancelAll()
        }
    }
}
