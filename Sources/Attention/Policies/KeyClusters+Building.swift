import CKernels
import KeyValues
import Tensors

/// Finds the clusters of a text once it has ended.
struct ClusterBuilder {
    let options: SqueezedAttention.Options
    let cache: KeyValueCache
    let compute: Compute

    private var kernels: PanelKernels { PanelKernelTable(for: compute.kernels).functions }

    /// Makes the clusters of all heads and the thresholds from what was watched. Leaves a text alone of which nothing was watched, or
    /// that is shorter than the part that is always seen.
    func build(_ memory: inout KeyClusters) {
        let tokens = cache.tokenCount, clustered = tokens - min(options.window, memory.observedTokens)
        guard clustered > 0, memory.observedTokens > 0 else { return }
        let places = cache.specs.indices.flatMap { layer in (0..<cache.specs[layer].heads).map { (layer: layer, head: $0) } }
        var built = [KeyClusters.Head?](repeating: nil, count: places.count)
        compute.pool.change(&built) { item, head in
            head = clusters(layer: places[item].layer, head: places[item].head, tokens: clustered)
        }
        memory.textTokens = tokens
        memory.clusteredTokens = clustered
        memory.heads = cache.specs.indices.map { layer in zip(places, built).filter { $0.0.layer == layer }.compactMap(\.1) }
        calibrate(&memory)
        memory.newest = memory.newest.map { $0.map { _ in [] } }
    }

    // MARK: Clusters

    private func clusters(layer: Int, head: Int, tokens: Int) -> KeyClusters.Head {
        let dimension = cache.layout(layer: layer).paddedKeyDim
        let keys = cache.storedKeys(layer: layer, head: head, slots: 0..<tokens)
        let count = max(1, tokens * options.clusterPercent / 100)
        let labels = KMeans(keys, dimension: dimension, rounds: options.rounds, kernels: kernels).labels(clusters: count)
        let fine = ClusterLevel(of: keys, labels: labels, clusters: count, dimension: dimension, kernels: kernels)
        guard options.levels > 1 else { return KeyClusters.Head(labels: labels, fine: fine) }
        let coarseCount = max(1, tokens * options.coarsePercent / 100)
        let groups = KMeans(fine.means, dimension: dimension, rounds: options.rounds, kernels: kernels).labels(clusters: coarseCount)
        return grouped(labels, fine: fine, groups: groups, count: coarseCount, dimension: dimension)
    }

    /// Numbers the clusters anew, so that those of one coarse cluster lie together.
    private func grouped(_ labels: [Int32], fine: ClusterLevel, groups: [Int32], count: Int, dimension: Int) -> KeyClusters.Head {
        let order = groups.indices.sorted { (groups[$0], $0) < (groups[$1], $1) }
        var renamed = [Int32](repeating: 0, count: order.count)
        for (new, old) in order.enumerated() { renamed[old] = Int32(new) }
        let means = order.flatMap { fine.means[$0 * dimension..<($0 + 1) * dimension] }, counts = order.map { fine.counts[$0] }
        let sorted = order.map { groups[$0] }
        return KeyClusters.Head(
            labels: labels.map { renamed[Int($0)] }, fine: ClusterLevel(means: means, counts: counts, dimension: dimension),
            coarse: ClusterLevel(of: means, labels: sorted, clusters: count, weights: counts, dimension: dimension, kernels: kernels),
            groups: sorted)
    }

    // MARK: Thresholds

    /// The quantile of the estimated weights of all keys of all layers and heads, for the queries that were watched.
    private func calibrate(_ memory: inout KeyClusters) {
        let lookup = ClusterLookup(compute: compute)
        var fine: [(weight: Float, keys: Int32)] = [], coarse = fine
        for (layer, heads) in memory.heads.enumerated() {
            let dimension = cache.layout(layer: layer).paddedKeyDim, queries = memory.newest[layer]
            let weights = lookup.weights(heads.map(\.fine), queries: queries, dimension: dimension)
            for (head, weights) in zip(heads, weights) { fine += Self.pairs(weights, head.fine.counts) }
            let levels = heads.compactMap(\.coarse)
            for (level, weights) in zip(levels, lookup.weights(levels, queries: queries, dimension: dimension)) {
                coarse += Self.pairs(weights, level.counts)
            }
        }
        memory.threshold = Self.quantile(fine, percent: options.dropPercent)
        memory.coarseThreshold = coarse.isEmpty ? -1 : Self.quantile(coarse, percent: options.coarseDropPercent)
    }

    private static func pairs(_ weights: [Float], _ counts: [Int32]) -> [(weight: Float, keys: Int32)] {
        zip(weights, counts).map { (weight: $0, keys: $1) }
    }

    /// The least number that so many percent of the keys do not exceed; below all of them for 0.
    private static func quantile(_ weights: [(weight: Float, keys: Int32)], percent: Int) -> Float {
        let wanted = weights.reduce(0) { $0 + Int($1.keys) } * percent / 100
        var passed = 0
        guard wanted > 0 else { return -1 }
        for entry in weights.sorted(by: { $0.weight < $1.weight }) {
            passed += Int(entry.keys)
            if passed >= wanted { return entry.weight }
        }
        return -1
    }
}
