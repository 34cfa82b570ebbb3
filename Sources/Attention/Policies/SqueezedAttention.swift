import KeyValues
import Tensors

/// A text that is asked about more than once has its keys clustered once it has been read; each question then sees the keys of the
/// clusters that matter to it. (Hooper et al., Squeezed Attention, 2024.)
///
/// Everything is kept and positions stay true: it makes questions and answers cheaper inside the window of the model and does not lengthen
/// it. The text itself is read densely, and so are questions and what is generated among themselves. Query heads that share a key/value
/// head decide together; a chunk of a question decides as one.
package struct SqueezedAttention: AttentionPolicy {
    package let name: String
    package let options: Options

    package struct Options: Hashable, Sendable {
        /// Keys that are left out, in percent of all, over all layers and heads.
        package var dropPercent = 70
        /// Levels of clusters: 1 or 2.
        package var levels = 1
        /// Clusters, in percent of the keys.
        package var clusterPercent = 5
        /// Coarse clusters, in percent of the keys, and what is left out by them.
        package var coarsePercent = 1
        package var coarseDropPercent = 50
        /// The last tokens of the text, whose queries set the threshold and whose keys are always seen.
        package var window = 100
        /// Most rounds of k-means.
        package var rounds = 8

        package init() {}
    }

    package init(_ options: Options, name: String) {
        precondition((0..<100).contains(options.dropPercent) && (1...2).contains(options.levels) && options.window > 0, "\(options)")
        self.options = options
        self.name = name
    }

    package var needs: PolicyNeeds { PolicyNeeds(frame: .origin, watchedTokens: options.window, ranksKeys: true) }

    package func reach(of position: Int, layer: Int) -> PolicyReach { PolicyReach(own: 0..<position + 1) }

    package func budget(tokens: Int, layer: Int, phase: BudgetPhase) -> TokenBudget {
        guard phase == .writing else { return .all(of: tokens) }
        let coarse = options.levels == 2, fine = coarse ? Double(100 - options.coarseDropPercent) / 100 : 1
        let clusters = Double(options.clusterPercent) * fine + Double(coarse ? options.coarsePercent : 0)
        return .all(
            of: tokens, showing: tokens * (100 - options.dropPercent) / 100 + options.window,
            comparing: Double(tokens) * clusters / 100)
    }

    // MARK: The text

    package func beginText(in cache: KeyValueCache) {
        if let memory = cache.memory as? KeyClusters, memory.hasEnded { cache.memory = nil }
    }

    package func endText(in cache: KeyValueCache, compute: Compute) {
        guard var memory = cache.memory as? KeyClusters, !memory.hasEnded else { return }
        ClusterBuilder(options: options, cache: cache, compute: compute).build(&memory)
        cache.memory = memory
    }

    package func prepare(_ queries: LayerQueries, cache: KeyValueCache) {
        let layer = queries.layer
        cache.withMemory(KeyClusters(method: name, for: cache)) { memory in
            if memory.hasEnded {
                if queries.firstPosition >= memory.textTokens, !queries.looksBackByItself { choose(queries, cache: cache, memory: &memory) }
            } else {
                let newest = queries.last(options.window)
                memory.watch(scaled(newest, in: cache), tokens: newest.values.rows, layer: layer, most: options.window)
            }
        }
    }

    /// Queries whose dot products with keys are scores, of each key/value head.
    private func scaled(_ queries: LayerQueries, in cache: KeyValueCache) -> [[Float]] {
        (0..<cache.specs[queries.layer].heads).map { head in
            queries.turned(head: head, in: cache).map { $0 * queries.rule.scale }
        }
    }

    // MARK: Questions

    private func choose(_ queries: LayerQueries, cache: KeyValueCache, memory: inout KeyClusters) {
        let layer = queries.layer, heads = memory.heads[layer], dimension = cache.layout(layer: layer).paddedKeyDim
        let scaled = scaled(queries, in: cache), lookup = ClusterLookup(compute: queries.compute)
        let levels = heads.compactMap(\.coarse)
        var allowed: [[Bool]]?
        if !levels.isEmpty {
            let weights = lookup.weights(levels, queries: scaled, dimension: dimension)
            allowed = zip(heads, weights).map { head, weights in head.groups.map { weights[Int($0)] > memory.coarseThreshold } }
        }
        let weights = lookup.weights(heads.map(\.fine), queries: scaled, dimension: dimension, allowed: allowed)
        let fine = heads.indices.reduce(0) { $0 + (allowed?[$1].count { $0 } ?? heads[$1].fine.counts.count) }
        let rows = queries.values.rows * queries.group(in: cache)
        cache.count(AttentionCount(compared: rows * levels.reduce(fine) { $0 + $1.counts.count }))
        for head in heads.indices {
            let kept = weights[head].indices.map { weights[head][$0] > memory.threshold && allowed?[head][$0] ?? true }
            memory.keep(kept, layer: layer, head: head)
        }
    }

    package func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        guard let memory = cache.memory as? KeyClusters, memory.hasEnded, block.positions.lowerBound >= memory.textTokens,
            let kept = memory.heads[block.layer][block.head].kept
        else { return AttentionPlan([KeySpan(0..<block.positions.upperBound)]) }
        return AttentionPlan([KeySpan(kept), KeySpan(memory.clusteredTokens..<block.positions.upperBound)])
    }

    /// Nothing: any query may choose any key.
    package func retain(in cache: KeyValueCache, layer: Int) {}

    package func memory(_ record: MemoryRecord, for cache: KeyValueCache) -> (any SequenceMemory)? {
        record.method == name ? KeyClusters(record, for: cache) : nil
    }
}

extension LayerQueries {
    /// The last of the queries.
    fileprivate func last(_ count: Int) -> LayerQueries {
        guard values.rows > count else { return self }
        let first = values.rows - count, rows = Tensor(rows: count, columns: values.columns)
        values.copyRows(first..<values.rows, to: rows)
        return LayerQueries(layer: layer, values: rows, firstPosition: firstPosition + first, rule: rule, compute: compute)
    }
}

extension SqueezedAttention {
    static let entry = PolicyEntry(
        name: "squeezed", usage: usage, largestOptionCount: 1, namedOptions: optionNames
    ) { options throws(AttentionError) in try SqueezedAttention(options) }
}
