import KeyValues

/// What Squeezed Attention remembers: the clusters of a text's keys, of every head, and the thresholds; before the text has ended, the
/// queries of its last tokens.
package struct KeyClusters: SequenceMemory {
    /// One key/value head.
    package struct Head: Hashable, Sendable {
        /// The cluster of each key; those of one coarse cluster lie together.
        package internal(set) var labels: [Int32]
        package internal(set) var fine: ClusterLevel
        package internal(set) var coarse: ClusterLevel?
        /// The coarse cluster of each cluster, ascending.
        package internal(set) var groups: [Int32] = []
        /// The slots of each cluster's keys, cluster by cluster.
        private(set) var slots: [Int32]
        /// Where the slots of each cluster begin, and where the last end.
        private(set) var starts: [Int]
        /// What the queries that were prepared last see of the keys that have clusters; nil: there were none.
        var kept: KeyChoice?

        init(labels: [Int32], fine: ClusterLevel, coarse: ClusterLevel? = nil, groups: [Int32] = []) {
            self.labels = labels
            self.fine = fine
            self.coarse = coarse
            self.groups = groups
            var starts = [0]
            for count in fine.counts { starts.append(starts[starts.count - 1] + Int(count)) }
            var slots = [Int32](repeating: 0, count: labels.count), next = starts
            for (slot, label) in labels.enumerated() {
                slots[next[Int(label)]] = Int32(slot)
                next[Int(label)] += 1
            }
            self.slots = slots
            self.starts = starts
        }
    }

    /// Once the text has ended: `[layers][key/value heads]`.
    package internal(set) var heads: [[Head]] = []
    /// Tokens of the text, and those of them that have clusters; the rest, its last, is always seen.
    package internal(set) var textTokens = 0
    package internal(set) var clusteredTokens = 0
    /// What a key's estimated weight must exceed; of coarse clusters too, where there are any.
    package internal(set) var threshold: Float = -1
    package internal(set) var coarseThreshold: Float = -1
    /// Of each layer and key/value head the turned and scaled queries of the newest tokens, `[tokens][group][paddedKeyDim]`.
    var newest: [[[Float]]]
    /// Tokens that each layer's newest queries belong to.
    private var newestTokens: [Int]
    private let method: String

    init(method: String, for cache: KeyValueCache) {
        self.method = method
        newest = cache.specs.map { Array(repeating: [], count: $0.heads) }
        newestTokens = Array(repeating: 0, count: cache.specs.count)
    }

    /// Whether the text has ended and questions about it follow.
    package var hasEnded: Bool { !heads.isEmpty }

    /// Tokens whose queries are there in every layer.
    var observedTokens: Int { newestTokens.min() ?? 0 }

    // MARK: Watching

    /// Adds queries behind those of a layer, of which at most so many tokens are kept.
    mutating func watch(_ queries: [[Float]], tokens: Int, layer: Int, most: Int) {
        // What was saved may be of another model's shape.
        let fits = zip(newest[layer], queries).allSatisfy { $0.count * tokens == $1.count * newestTokens[layer] }
        if !fits { newest[layer] = queries.map { _ in [] } }
        let total = (fits ? newestTokens[layer] : 0) + tokens
        for (head, turned) in queries.enumerated() {
            newest[layer][head] += turned
            newest[layer][head].removeFirst(max(0, total - most) * (turned.count / tokens))
        }
        newestTokens[layer] = min(total, most)
    }

    // MARK: Choosing

    /// Keeps the keys of some clusters of a head.
    mutating func keep(_ isKept: [Bool], layer: Int, head: Int) {
        let own = heads[layer][head]
        var pages = [UInt64](repeating: 0, count: (clusteredTokens + CacheSpec.pageTokens - 1) / CacheSpec.pageTokens)
        for cluster in isKept.indices where isKept[cluster] {
            for slot in own.slots[own.starts[cluster]..<own.starts[cluster + 1]] { pages[Int(slot) / 64] |= 1 << UInt64(slot % 64) }
        }
        heads[layer][head].kept = KeyChoice(pages.indices.filter { pages[$0] != 0 }.map { KeyChoice.Page($0, keys: pages[$0]) })
    }

    // MARK: SequenceMemory

    package var byteCount: Int {
        let queries = newest.joined().reduce(0) { $0 + $1.count * MemoryLayout<Float>.stride }
        return heads.joined().reduce(queries) { total, head in
            let numbers = (head.labels.count + head.groups.count + head.slots.count) * MemoryLayout<Int32>.stride
            return total + numbers + head.starts.count * MemoryLayout<Int>.stride + head.fine.byteCount + (head.coarse?.byteCount ?? 0)
        }
    }

    /// Nothing can be taken out of clusters; the queries of tokens before the newest are gone.
    package mutating func truncate(to tokens: Int) -> Bool { hasEnded && tokens >= textTokens }

    package var record: MemoryRecord {
        var record = MemoryRecord(method: method, tokens: textTokens)
        record.integers["tokens"] = [Int32(textTokens), Int32(clusteredTokens)]
        record.integers["watched"] = newestTokens.map(Int32.init)
        for (layer, heads) in newest.enumerated() {
            for (head, queries) in heads.enumerated() { record.floats["queries.\(layer).\(head)"] = queries }
        }
        record.floats["thresholds"] = [threshold, coarseThreshold]
        for (layer, heads) in heads.enumerated() {
            for (index, head) in heads.enumerated() {
                record.integers["labels.\(layer).\(index)"] = head.labels
                record.floats["means.\(layer).\(index)"] = head.fine.means
                if let coarse = head.coarse {
                    record.integers["groups.\(layer).\(index)"] = head.groups
                    record.floats["coarse.\(layer).\(index)"] = coarse.means
                }
            }
        }
        return record
    }

    /// - Returns: nil where the record doesn't fit the cache.
    init?(_ record: MemoryRecord, for cache: KeyValueCache) {
        guard let tokens = record.integers["tokens"], tokens.count == 2, let thresholds = record.floats["thresholds"],
            thresholds.count == 2,
            tokens[1] >= 0, tokens[1] <= tokens[0], tokens[1] == 0 || Int(tokens[0]) == cache.tokenCount
        else { return nil }
        self.init(method: record.method, for: cache)
        guard tokens[1] > 0 else {
            guard takeQueries(from: record, in: cache) else { return nil }
            return
        }
        (textTokens, clusteredTokens) = (Int(tokens[0]), Int(tokens[1]))
        (threshold, coarseThreshold) = (thresholds[0], thresholds[1])
        for layer in cache.specs.indices {
            let dimension = cache.layout(layer: layer).paddedKeyDim
            let saved = (0..<cache.specs[layer].heads).compactMap { head in
                Head(record, layer: layer, head: head, tokens: clusteredTokens, dimension: dimension)
            }
            guard saved.count == cache.specs[layer].heads else { return nil }
            heads.append(saved)
        }
    }
}

extension KeyClusters {
    /// Takes over the queries of a text that had not ended.
    /// - Returns: false where they don't fit the cache.
    private mutating func takeQueries(from record: MemoryRecord, in cache: KeyValueCache) -> Bool {
        guard let watched = record.integers["watched"], watched.count == newest.count, watched.allSatisfy({ $0 >= 0 }) else { return false }
        newestTokens = watched.map(Int.init)
        for layer in newest.indices {
            let row = newestTokens[layer] * cache.layout(layer: layer).paddedKeyDim
            for head in newest[layer].indices {
                guard let queries = record.floats["queries.\(layer).\(head)"], row > 0 ? queries.count.isMultiple(of: row) : queries.isEmpty
                else { return false }
                newest[layer][head] = queries
            }
        }
        return true
    }
}

extension KeyClusters.Head {
    fileprivate init?(_ record: MemoryRecord, layer: Int, head: Int, tokens: Int, dimension: Int) {
        guard let labels = record.integers["labels.\(layer).\(head)"], let means = record.floats["means.\(layer).\(head)"],
            labels.count == tokens, means.count.isMultiple(of: dimension), let counts = Self.counts(labels, of: means.count / dimension)
        else { return nil }
        let fine = ClusterLevel(means: means, counts: counts, dimension: dimension)
        guard let groups = record.integers["groups.\(layer).\(head)"], let coarse = record.floats["coarse.\(layer).\(head)"] else {
            self.init(labels: labels, fine: fine)
            return
        }
        guard groups.count == counts.count, coarse.count.isMultiple(of: dimension), zip(groups, groups.dropFirst()).allSatisfy(<=),
            let sums = Self.counts(groups, of: coarse.count / dimension, weights: counts)
        else { return nil }
        self.init(
            labels: labels, fine: fine, coarse: ClusterLevel(means: coarse, counts: sums, dimension: dimension), groups: groups)
    }

    /// How often each label occurs; nil if one is none of the clusters.
    private static func counts(_ labels: [Int32], of clusters: Int, weights: [Int32]? = nil) -> [Int32]? {
        var counts = [Int32](repeating: 0, count: clusters)
        for (place, label) in labels.enumerated() {
            guard counts.indices.contains(Int(label)) else { return nil }
            counts[Int(label)] += weights?[place] ?? 1
        }
        return counts
    }
}
