import Diagnostics
import ModelFiles
import Tensors

/// A model that a command writes anew, in another form or in other types.
struct Rewriting {
    /// What became of what: the name of the type or mixture that the weights are in now, and the files before and after.
    typealias Result = (type: String, before: ModelSummary, after: ModelSummary)

    let common: CommonOptions

    /// Does the work and prints what came of it.
    func report(_ work: () async throws -> Result) async throws {
        let began = ContinuousClock.now
        let (type, before, after) = try await work()
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        let report = RewritingReport(type: type, before: before, after: after, seconds: seconds)
        if common.json {
            try StandardOutput().write(report.json)
        } else {
            try StandardOutput().write(report.text)
        }
    }

    /// Writes, with progress, until that is done or Ctrl-C ends it.
    func write(_ work: (WorkerPool, @escaping ProgressHandler, Cancellation) throws -> Void) async throws {
        let display = ProgressDisplay(notes: common.notes)
        defer { display.finish() }
        let pool = WorkerPool(threads: common.threads ?? WorkerPool.machineThreads)
        do {
            try await Interruption.guarding(notes: common.notes) { try work(pool, display.handler, $0) }
        } catch is Interrupted {
            throw StoppedEarly(description: "interrupted; nothing was written")
        }
    }
}
