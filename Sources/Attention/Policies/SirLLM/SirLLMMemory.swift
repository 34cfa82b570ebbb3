import KeyValues

/// What SirLLM remembers of a sequence: which tokens the cache still holds, and how surprising each was.
struct SirLLMMemory: SequenceMemory {
    let method: String
    /// The positions of the tokens that have been moved together into the first slots.
    private(set) var tokens: [Int32] = []
    /// Tokens from this position on lie in their own slots.
    private(set) var gatheredAt = 0
    /// Of the tokens that were moved together and then of those from `gatheredAt` on, faded.
    private(set) var surprisals: [Float] = []

    init(method: String) { self.method = method }

    var byteCount: Int { 4 * (tokens.count + surprisals.count) }
    var movedTokens: [Int32] { tokens }

    /// What was dropped doesn't come back.
    mutating func truncate(to tokens: Int) -> Bool {
        guard tokens >= gatheredAt else { return false }
        surprisals.removeLast(max(0, surprisals.count - (self.tokens.count + tokens - gatheredAt)))
        return true
    }

    /// The slot of the token at a place in the order of all that the cache holds.
    func slot(ofPlace place: Int) -> Int { place < tokens.count ? place : gatheredAt + place - tokens.count }

    mutating func append(_ more: [Float]) { surprisals += more }

    /// Of tokens up to a position nothing more is known: they count as the least surprising.
    mutating func complete(to end: Int) {
        let missing = tokens.count + end - gatheredAt - surprisals.count
        if missing > 0 { surprisals += repeatElement(.nan, count: missing) }
    }

    mutating func fade(to retention: Float) {
        for place in surprisals.indices { surprisals[place] *= retention }
    }

    /// Notes that only some tokens have been kept, which were moved together.
    mutating func keep(_ places: [Int], tokens end: Int) {
        tokens = places.map { $0 < tokens.count ? tokens[$0] : Int32(slot(ofPlace: $0)) }
        surprisals = places.map { surprisals[$0] }
        gatheredAt = end
    }

    // MARK: Saving

    var record: MemoryRecord {
        MemoryRecord(
            method: method, tokens: gatheredAt + surprisals.count - tokens.count, floats: ["surprisals": surprisals],
            integers: ["tokens": tokens, "gathered_at": [Int32(gatheredAt)]])
    }

    /// - Returns: nil where the record isn't one of this method and this cache.
    init?(_ record: MemoryRecord, of policy: SirLLM, for cache: KeyValueCache) {
        guard record.method == policy.name, let surprisals = record.floats["surprisals"], let tokens = record.integers["tokens"],
            let gatheredAt = record.integers["gathered_at"]?.first.map(Int.init), (0...cache.tokenCount).contains(gatheredAt),
            tokens.count <= gatheredAt, surprisals.count == tokens.count + cache.tokenCount - gatheredAt,
            tokens.allSatisfy({ $0 >= 0 && $0 < gatheredAt }), zip(tokens, tokens.dropFirst()).allSatisfy({ $0 < $1 })
        else { return nil }
        method = record.method
        self.tokens = tokens
        self.gatheredAt = gatheredAt
        self.surprisals = surprisals
    }
}
