import Synchronization

/// A request to stop, shared between whoever may ask for it (a signal handler, a client that went away) and the work that looks at it
/// between chunks.
///
/// Asking is one atomic store: it takes no lock and may be done from any thread, and from a signal handler too. It cannot be taken back.
public final class Cancellation: Sendable {
    private let requested = Atomic<Bool>(false)
    private let outer: Cancellation?

    public init() { outer = nil }

    /// One that stops its work also when `outer` is requested, but not the other way round.
    public init(within outer: Cancellation) { self.outer = outer }

    /// Asks the work to stop at its next look. Asking again changes nothing.
    public func cancel() {
        requested.store(true, ordering: .releasing)
    }

    /// Whether somebody has asked the work to stop.
    public var isCancelled: Bool {
        requested.load(ordering: .acquiring) || outer?.isCancelled == true
    }

    /// Throws `Interrupted` if somebody has asked the work to stop.
    ///
    /// - Parameter activity: what is being done, as a person would say it after "while": "reading book.txt".
    public func check(_ activity: String? = nil) throws(Interrupted) {
        if isCancelled { throw Interrupted(activity: activity) }
    }
}

/// The work stopped because a person or a client asked for it. What was finished before stays valid.
public struct Interrupted: Failure, Equatable {
    /// What was being done, as a person would say it after "while", if known.
    public let activity: String?

    public init(activity: String? = nil) {
        self.activity = activity
    }

    public var kind: FailureKind { .interrupted }

    public var description: String {
        let place = activity.map { " while \($0)" } ?? ""
        return "interrupted\(place); what was finished before is kept"
    }
}
