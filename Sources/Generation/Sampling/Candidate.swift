import Diagnostics

/// A token that may be chosen, and how much speaks for it.
struct Candidate: Equatable {
    /// Its number in the vocabulary.
    let token: Int32
    /// Its logit, or its weight, whichever it is ranked by.
    let value: Double

    /// Whether this one ranks before the other: the higher value first, and of equals the lower token, so that ranks never depend on how
    /// the candidates came.
    func precedes(_ other: Candidate) -> Bool {
        value > other.value || (value == other.value && token < other.token)
    }
}

/// The `limit` best of a stream of candidates, without sorting the stream.
///
/// It gathers twice as many as it keeps, then sorts and halves them; what is gathered next must rank before the worst one kept. So a
/// vocabulary in any order costs at most n log k, and one in random order a glance at most tokens. Candidates come in rising order of
/// token.
struct BestCandidates {
    private let limit: Int
    private var gathered: [Candidate] = []
    private var floor = -Float.infinity

    /// - Parameter limit: how many to keep, 1 or more.
    init(limit: Int) {
        self.limit = limit
    }

    /// Of equal logits the first to come stays, since tokens rise.
    mutating func offer(_ token: Int32, logit: Float) {
        guard logit > floor else { return }
        gathered.append(Candidate(token: token, value: Double(logit)))
        if gathered.count / 2 >= limit { halve() }
    }

    /// The best, in order of rank.
    consuming func ranked() -> [Candidate] {
        gathered.sort { $0.precedes($1) }
        return Array(gathered.prefix(limit))
    }

    private mutating func halve() {
        gathered.sort { $0.precedes($1) }
        gathered.removeLast(gathered.count - limit)
        floor = Float(gathered[limit - 1].value)
    }
}

extension [Candidate] {
    /// The last of the fewest candidates that hold `mass` together, from the first rank down; nil if all of them hold less.
    ///
    /// Hoare's selection (1961) with sums in place of counts: of what stands before a candidate taken at random, only the half in which
    /// the border lies is looked at again, so that a flat distribution costs no sort.
    func border(holding mass: Double) -> Candidate? {
        var undecided = self
        var missing = mass
        var pivots = SplitMix64(seed: 0)
        while !undecided.isEmpty {
            let pivot = undecided[Int(pivots.next() % UInt64(undecided.count))]
            let before = undecided.filter { $0.precedes(pivot) }
            let held = before.reduce(0) { $0 + $1.value }
            if held >= missing && !before.isEmpty {
                undecided = before
            } else if held + pivot.value >= missing {
                return pivot
            } else {
                missing -= held + pivot.value
                undecided = undecided.filter { pivot.precedes($0) }
            }
        }
        return nil
    }
}
