import Diagnostics

extension Interruption {
    /// Does work that looks at a cancellation between its steps. While it goes on, Ctrl-C requests that.
    static func guarding<Result>(notes: Notes, _ work: (Cancellation) async throws -> Result) async throws -> Result {
        let interruption = Interruption(notes: notes)
        // The signal must be heard until the work is over, though nothing else uses the object by then.
        defer { withExtendedLifetime(interruption) {} }
        return try await work(interruption.cancellation)
    }
}

/// Ctrl-C ended a command.
struct StoppedEarly: Failure, Equatable {
    /// What was going on, what of it is kept, and how to go on.
    let description: String

    var kind: FailureKind { .interrupted }
}
