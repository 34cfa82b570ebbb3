import Attention
import KeyValues

/// Which rows of a run of tokens are wanted as states.
package enum WantedRows: Sendable {
    case none, first, last, all

    /// How many of so many rows they are.
    func count(of rows: Int) -> Int {
        switch self {
        case .none: 0
        case .first, .last: min(1, rows)
        case .all: rows
        }
    }

    /// Which of a run of rows they are.
    package func rows(of rows: Range<Int>) -> Range<Int> {
        let count = count(of: rows.count)
        return self == .first ? rows.prefix(count) : rows.suffix(count)
    }
}

/// New tokens of one sequence on their way through the layers, alone or packed with those of other sequences.
///
/// What is computed row by row goes over the rows of all sequences as if they were one; attention knows each token's own sequence and its
/// position there. So nothing is padded, and no sequence sees another (ByteTransformer, Zhai et al. 2023; Prepacking, Zhao et al. 2024).
package struct SequenceRun {
    package let tokens: [Int32]
    /// Takes the keys and values of the tokens, which follow those that it holds. No two runs of a pass may share one.
    package let cache: KeyValueCache
    package let policy: any AttentionPolicy
    package let wanted: WantedRows
    package let observer: (any AttentionObserver)?

    package init(
        tokens: [Int32], cache: KeyValueCache, policy: any AttentionPolicy, wanted: WantedRows, observer: (any AttentionObserver)? = nil
    ) {
        self.tokens = tokens
        self.cache = cache
        self.policy = policy
        self.wanted = wanted
        self.observer = observer
    }
}

/// The runs of one pass and where their rows lie: one behind the other.
struct PackedRuns {
    struct Member {
        let run: SequenceRun
        /// The run's method as it works on the model.
        let policy: any AttentionPolicy
        let rows: Range<Int>
    }
    let members: [Member]

    init(_ runs: [SequenceRun], limited: (any AttentionPolicy) -> any AttentionPolicy) {
        var first = 0
        members = runs.map { run in
            defer { first += run.tokens.count }
            return Member(run: run, policy: limited(run.policy), rows: first..<first + run.tokens.count)
        }
    }

    var tokens: [Int32] { members.count == 1 ? members[0].run.tokens : members.flatMap(\.run.tokens) }
    var rows: Int { members.last?.rows.upperBound ?? 0 }
    var wantedRows: Int { members.reduce(0) { $0 + $1.run.wanted.count(of: $1.rows.count) } }

    /// With so few rows a run's attention is one thread's work.
    private static let fewRows = 16

    /// The runs that threads take one each, and those that all threads go about together: all, where there are not enough of the others. An
    /// observer computes with all threads itself.
    func shares(among threads: Int) -> (alone: [Member], together: [Member]) {
        let alone = threads == 1 ? [] : members.filter { $0.rows.count <= Self.fewRows && $0.run.observer == nil }
        guard alone.count >= 2 * threads else { return ([], members) }
        return (alone, members.filter { $0.rows.count > Self.fewRows || $0.run.observer != nil })
    }
}
