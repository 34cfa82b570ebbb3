import Synchronization

/// A wish to stop that work looks at between its steps (a chunk of tokens, a batch of documents).
///
/// Whoever starts the work keeps a reference and calls `request()`, from any thread. The work stops at the next step whose end
/// leaves things whole, so what was done until then is kept.
public final class Cancellation: Sendable {
    private let requested = Atomic<Bool>(false)

    public init() {}

    /// Asks the work to stop. Asking again changes nothing.
    public func request() {
        requested.store(true, ordering: .relaxed)
    }

    public var isRequested: Bool {
        requested.load(ordering: .relaxed)
    }

    /// - Throws: `Interrupted` once a stop has been requested.
    public func check() throws(Interrupted) {
        if isRequested { throw Interrupted() }
    }
}

/// The work stopped because a person, or a client that went away, asked for it.
public struct Interrupted: Failure {
    /// What became of the work so far, for the person who interrupted it; empty if there is nothing to say.
    public let kept: String

    public init(kept: String = "") {
        self.kept = kept
    }

    public var kind: FailureKind { .interrupted }

    public var description: String {
        kept.isEmpty ? "interrupted" : "interrupted; \(kept)"
    }
}
