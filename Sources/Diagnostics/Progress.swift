/// How far a long piece of work has come. Sent often; whoever shows it decides how often to draw.
public struct Progress: Sendable {
    /// What is being done, as a person would say it: "Reading book.txt".
    public var activity: String
    /// Units done since the work began, those of an earlier, interrupted run included.
    public var completed: Int
    /// Units in all, if known.
    public var total: Int?
    /// What is counted: "tokens", "bytes".
    public var unit: String
    /// Units that were already done when this run began; they count for the share done and not for the rate.
    public var resumed: Int
    /// How the work stands beside that, in a few words that change: "loss 3.214".
    public var detail: String?

    public init(
        _ activity: String, completed: Int, total: Int?, unit: String = "tokens", resumed: Int = 0, detail: String? = nil
    ) {
        self.activity = activity
        self.completed = completed
        self.total = total
        self.unit = unit
        self.resumed = resumed
        self.detail = detail
    }
}

/// Receives progress. Called on the thread that does the work, so it must be quick.
public typealias ProgressHandler = @Sendable (Progress) -> Void
