/// A token that may be chosen.
struct Candidate: Equatable {
    /// Its number in the vocabulary.
    let token: Int32
    /// Its logit, finite.
    let logit: Float
    /// Its probability over that of the most likely candidate; 1 until the temperature is known.
    var weight: Double = 1

    /// Whether this one ranks before the other: the higher logit first, and of equal logits the lower token, so that ranks never
    /// depend on how the candidates came.
    func precedes(_ other: Candidate) -> Bool {
        logit > other.logit || (logit == other.logit && token < other.token)
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
    mutating func offer(_ token: Int32, _ logit: Float) {
        guard logit > floor else { return }
        gathered.append(Candidate(token: token, logit: logit))
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
        floor = gathered[limit - 1].logit
    }
}
