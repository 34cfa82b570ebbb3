import Attention
import Diagnostics
import KeyValues
import Models
import Tensors

/// Reads tokens into a cache, chunk by chunk.
///
/// Chunks begin at multiples of `chunkTokens` counted from where the reading began, so that a reading that was interrupted
/// and resumed has seen the same chunks as one that was not.
struct Reader {
    /// Long enough for the products to run at full rate, short enough to stop soon after Ctrl-C.
    static let chunkTokens = 512

    let decoder: Decoder
    let policy: any AttentionPolicy
    let cancellation: Cancellation
    /// Receives how surprising the tokens of each chunk were, where the method needs to know.
    var surprised: ([Float?]) -> Void = { _ in }

    /// Most tokens of a chunk.
    var chunkLength: Int { min(Self.chunkTokens, policy.needs.tokensPerChunk ?? .max) }

    /// How many tokens a chunk has that begins at a position.
    func tokensToBorder(from position: Int) -> Int { chunkLength - position % chunkLength }

    /// Tokens that are to be read from a position on, with the landmarks that the method wants between them.
    func withLandmarks(_ tokens: ArraySlice<Int32>, from position: Int) throws -> ArraySlice<Int32> {
        try LandmarkTokens(policy, tokenizer: decoder.tokenizer).map { $0.inserted(into: tokens, from: position)[...] } ?? tokens
    }

    /// Appends `tokens` to `cache`, with the landmarks that the method wants between them.
    ///
    /// - Parameters:
    ///   - wanted: whose states to return; asked of the last chunk only.
    ///   - afterChunk: called with the number of tokens read so far by this call, landmarks included.
    /// - Returns: states `[rows, width]`, or `nil` if none were wanted.
    /// - Throws: `Interrupted` between chunks; what was read stays in the cache.
    @discardableResult
    func read(
        _ tokens: ArraySlice<Int32>, into cache: KeyValueCache, wanted: WantedRows = .none, observer: (any AttentionObserver)? = nil,
        afterChunk: (Int) throws -> Void = { _ in }
    ) throws -> Tensor? {
        var states: Tensor?
        var rest = try withLandmarks(tokens, from: cache.tokenCount)
        let count = rest.count
        while !rest.isEmpty {
            try cancellation.check()
            let chunk = rest.prefix(tokensToBorder(from: cache.tokenCount))
            rest = rest.dropFirst(chunk.count)
            let isLast = rest.isEmpty
            states = try read(chunk: chunk, into: cache, wanted: isLast ? wanted : .none, observer: isLast ? observer : nil)
            try afterChunk(count - rest.count)
        }
        return states
    }

    private func read(
        chunk: ArraySlice<Int32>, into cache: KeyValueCache, wanted: WantedRows, observer: (any AttentionObserver)?
    ) throws -> Tensor? {
        let states = try decoder.states(of: [run(chunk, into: cache, wanted: wanted, observer: observer)])[0]
        return try settle(chunk, states, in: cache, wanted: wanted)
    }

    /// A chunk as it goes through the layers; `settle` must follow.
    func run(
        _ chunk: ArraySlice<Int32>, into cache: KeyValueCache, wanted: WantedRows, observer: (any AttentionObserver)? = nil
    ) -> SequenceRun {
        SequenceRun(
            tokens: Array(chunk), cache: cache, policy: policy, wanted: policy.needs.surprisal ? .all : wanted, observer: observer)
    }

    /// Lets the method look at a chunk that has gone through the layers.
    /// - Parameter states: what its run gave.
    /// - Returns: the states that are wanted.
    func settle(_ chunk: ArraySlice<Int32>, _ states: Tensor?, in cache: KeyValueCache, wanted: WantedRows) throws -> Tensor? {
        guard policy.needs.surprisal, let states else {
            decoder.endChunk(chunk, in: cache, by: policy)
            return states
        }
        let surprisals = try decoder.surprisals(of: chunk, states: states, cache: cache)
        surprised(surprisals)
        decoder.endChunk(chunk, surprisals: surprisals, in: cache, by: policy)
        let rows = wanted.rows(of: 0..<states.rows)
        return rows.isEmpty ? nil : states.rows(rows)
    }

    /// Ends a text that was read before. Where the method has not seen the queries that it needs for that, the last tokens are read again.
    func endText(_ tokens: [Int32], in cache: KeyValueCache) throws {
        let watched = min(policy.needs.watchedTokens, tokens.count)
        if watched > 0, cache.memory == nil {
            cache.truncate(to: tokens.count - watched)
            try read(tokens.suffix(watched), into: cache)
        }
        policy.endText(in: cache, compute: decoder.compute)
    }
}
