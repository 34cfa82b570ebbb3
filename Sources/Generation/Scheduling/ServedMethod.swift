import Attention
import KeyValues
import Models

/// A way to read that a scheduler serves, resolved once for all requests that ask for it.
struct ServedMethod {
    /// Requests with the same may share what was read.
    struct Key: Hashable {
        let method: AttentionMethod
        let positions: PositionsOption
        let cacheType: String
        let contextLength: Int?
    }
    let resolved: ResolvedReading
    /// An empty sequence of the longest length that there can be; all others are forks of it and share its tables of angles.
    let empty: KeyValueCache
    /// By what the tree of prefixes tells it from others.
    let number: Int32
    let decoder: Models.Decoder

    init(_ resolved: ResolvedReading, number: Int, decoder: Models.Decoder, empty: KeyValueCache) {
        self.resolved = resolved
        self.empty = empty
        self.number = Int32(number)
        self.decoder = decoder
    }

    var policy: any AttentionPolicy { resolved.policy }

    /// Whether what the method remembers of a sequence can't be had again for a shorter one.
    var remembersWhole: Bool { policy.needs.surprisal || policy.needs.memory }

    /// Whether chunks have to be those that a reader by itself would make, since what is chosen depends on which queries come together.
    var keepsChunks: Bool {
        remembersWhole || policy.needs.tokensPerChunk != nil || policy.choosesByCompany(layers: empty.specs.count)
    }

    /// Bytes that the pages of a sequence of so many tokens take.
    func bytes(tokens: Int) -> Int { empty.specs.reduce(0) { $0 + $1.bytes(tokens: tokens) } }

    /// How many tokens a reply may have at most behind a prompt.
    /// - Throws: `WindowError` where the prompt alone leaves no room for one.
    func mostTokens(prompt: Int, wanted: Int) throws -> Int {
        try resolved.checkWindow(tokens: prompt, reserved: 1, decoder: decoder)
        guard wanted == .max else {
            try resolved.checkWindow(tokens: prompt, reserved: wanted, decoder: decoder)
            return wanted
        }
        return max(1, resolved.window - prompt)
    }
}

/// A beginning that has been read by a method, kept for others.
struct CachedPrefix: PrefixValue {
    let cache: KeyValueCache
    let method: ServedMethod

    /// What stands before the tokens in the tree: who may use them, and how they were read.
    static func path(_ tokens: some Sequence<Int32>, method: ServedMethod, partition: Int32) -> [Int32] {
        [partition, method.number] + tokens
    }
    static let pathTokens = 2

    func cut(to length: Int) -> CachedPrefix? {
        let tokens = length - Self.pathTokens
        if tokens == cache.tokenCount { return self }
        // What a method remembers of more tokens may not be what it would remember of fewer.
        guard tokens > 0, !method.remembersWhole, cache.memory == nil,
            method.decoder.missing(method.policy, position: tokens, cache: cache) == nil
        else { return nil }
        let shorter = cache.fork()
        shorter.truncate(to: tokens)
        return CachedPrefix(cache: shorter, method: method)
    }
}
