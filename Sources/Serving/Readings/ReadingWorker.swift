import Diagnostics
import Generation
import Logging
import ServiceLifecycle

/// Reads, beside the requests, what was uploaded.
struct ReadingWorker: Service {
    let store: ReadingStore
    let scheduler: Scheduler
    let logger: Logger

    /// Texts that are read at a time; each of them waits for the others' steps.
    private static let mostAtOnce = 2

    func run() async throws {
        await withTaskGroup(of: Void.self) { readings in
            var running = 0
            for await id in store.queue.cancelOnGracefulShutdown() {
                if running == Self.mostAtOnce {
                    await readings.next()
                    running -= 1
                }
                readings.addTask { await read(id) }
                running += 1
            }
        }
    }

    /// Reads one text. A stop of the server leaves what was read by then, and the next start goes on from there.
    private func read(_ id: String) async {
        do {
            guard !store.stopping.isCancelled, let task = try await store.begin(id) else { return }
            let record = task.record, store = store
            let pages = store.files?.pages(of: id)
            let reading = try await withTaskCancellationHandler {
                try await scheduler.read(
                    task.documents, options: record.options(store.usual), into: record.sealsPages ? pages : nil,
                    progress: { store.progress(id, read: $0.completed, total: $0.total) }, cancellation: task.cancellation)
            } onCancel: {
                task.cancellation.cancel()
            }
            if let pages, !record.sealsPages, reading.tokensReadAhead > 0 { try await reading.save(to: pages) }
            try await store.end(id, reading)
            logger.info("read", metadata: ["reading": "\(id)", "tokens": "\(reading.tokenCount)"])
        } catch is Interrupted {
            await store.interrupted(id)
        } catch SchedulingRefusal.draining {
            await store.interrupted(id)
        } catch {
            await fail(id, error)
        }
    }

    private func fail(_ id: String, _ error: any Error) async {
        let failure = store.files?.concealing(error) ?? APIError(of: error)
        logger.warning(
            "reading failed", metadata: ["reading": "\(id)", "error": failure.isInternal ? "\(error)" : "\(failure.code ?? "")"])
        do {
            try await store.fail(id, failure.message)
        } catch {
            logger.error("reading cannot be saved", metadata: ["reading": "\(id)", "error": "\(error)"])
        }
    }
}
