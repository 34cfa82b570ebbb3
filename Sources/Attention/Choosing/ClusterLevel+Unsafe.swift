#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif
import CKernels
import KeyValues
import Tensors

/// Clusters of the keys of one head: means of the keys as they are, and how many each stands for.
package struct ClusterLevel: Hashable, Sendable {
    /// `[clusters][paddedKeyDim]`; zeros where there are no keys.
    package let means: [Float]
    package let counts: [Int32]
    /// The same for the kernels, with the logarithms of the counts behind: `[panels][paddedKeyDim + 1][16]`.
    fileprivate let panels: [Float]
    fileprivate let panelCount: Int

    package init(means: [Float], counts: [Int32], dimension: Int) {
        self.means = means
        self.counts = counts
        var cluster = 0, widened: [Float] = []
        for first in stride(from: 0, to: means.count, by: dimension) { widened += means[first..<first + dimension] + [0] }
        let panels = ClusterPanels(means: widened, width: dimension + 1) { _ in
            defer { cluster += 1 }
            return counts[cluster] > 0 ? log(Float(counts[cluster])) : -.infinity
        }
        self.panels = panels.values
        panelCount = panels.count
    }

    /// The means of vectors by their labels.
    /// - Parameters:
    ///   - vectors: `[count][dimension]`.
    ///   - weights: how many keys each vector stands for; nil: one. Means are of vectors, whatever they stand for.
    init(of vectors: [Float], labels: [Int32], clusters: Int, weights: [Int32]? = nil, dimension: Int, kernels: PanelKernels) {
        var sums = [Float](repeating: 0, count: clusters * dimension), members = [Int32](repeating: 0, count: clusters)
        var counts = members
        kernels.gather(Int32(dimension), Int32(labels.count), vectors, labels, &sums)
        for (place, label) in labels.enumerated() {
            members[Int(label)] += 1
            counts[Int(label)] += weights?[place] ?? 1
        }
        for cluster in 0..<clusters where members[cluster] > 0 {
            for place in cluster * dimension..<(cluster + 1) * dimension { sums[place] /= Float(members[cluster]) }
        }
        self.init(means: sums, counts: counts, dimension: dimension)
    }

    package var byteCount: Int {
        (means.count + panels.count) * MemoryLayout<Float>.stride + counts.count * MemoryLayout<Int32>.stride
    }
}

/// Estimates of attention from clusters.
struct ClusterLookup {
    let compute: Compute
    let kernels: PanelKernels

    /// Panels that a thread takes at once.
    private static let panelsAtOnce = 16

    init(compute: Compute) {
        self.compute = compute
        kernels = PanelKernelTable(for: compute.kernels).functions
    }

    /// What one key of each cluster weighs in the softmax over all clusters' keys, in the mean over queries:
    /// `S = exp(q · mean) / Σ count · exp(q · mean)`. 0 for clusters without keys and those left out.
    /// - Parameters:
    ///   - levels: of each head, with as many clusters each.
    ///   - queries: of each head, turned and scaled, `[rows][dimension]`.
    ///   - allowed: of each head, which clusters take part; nil: all.
    func weights(_ levels: [ClusterLevel], queries: [[Float]], dimension: Int, allowed: [[Bool]]? = nil) -> [[Float]] {
        guard let first = levels.first, let rows = queries.first.map({ $0.count / dimension }), rows > 0 else { return [] }
        let columns = first.panelCount * PanelKernelTable.width
        let scores = Tensor(rows: levels.count * rows, columns: columns), widened = queries.map { Self.widened($0, dimension: dimension) }
        let pieces = (first.panelCount + Self.panelsAtOnce - 1) / Self.panelsAtOnce
        compute.pool.forEach(levels.count * pieces) { item, _ in
            let head = item / pieces, start = item % pieces * Self.panelsAtOnce
            for panel in start..<min(start + Self.panelsAtOnce, first.panelCount) {
                score(panel, of: levels[head], queries: widened[head], allowed: allowed?[head], into: scores, row: head * rows, rows: rows)
            }
        }
        compute.softmax(scores)
        var weights = levels.map { [Float](repeating: 0, count: $0.counts.count) }
        compute.pool.change(&weights) { head, weights in
            Self.addMeans(of: scores, from: head * rows, rows: rows, counts: levels[head].counts, to: &weights)
        }
        return weights
    }

    private func score(
        _ panel: Int, of level: ClusterLevel, queries: [Float], allowed: [Bool]?, into scores: Tensor, row: Int, rows: Int
    ) {
        let lanes = PanelKernelTable.width, width = queries.count / rows, out = scores.row(row) + panel * lanes
        let clusters = panel * lanes..<min((panel + 1) * lanes, level.counts.count)
        let isWanted = allowed.map { allowed in clusters.contains { allowed[$0] } } ?? true
        if isWanted {
            level.panels.withUnsafeBufferPointer { panels in
                guard let base = panels.baseAddress else { return }
                kernels.scores(Int32(width), Int32(rows), queries, base + panel * width * lanes, out, scores.columns)
            }
        }
        guard let allowed else { return }
        for lane in 0..<lanes where !isWanted || !clusters.contains(panel * lanes + lane) || !allowed[panel * lanes + lane] {
            for row in 0..<rows { out[row * scores.columns + lane] = -.infinity }
        }
    }

    private static func addMeans(of shares: Tensor, from row: Int, rows: Int, counts: [Int32], to weights: inout [Float]) {
        for index in row..<row + rows {
            let shares = shares.row(index)
            for cluster in weights.indices { weights[cluster] += shares[cluster] }
        }
        for cluster in weights.indices where counts[cluster] > 0 { weights[cluster] /= Float(rows) * Float(counts[cluster]) }
    }

    /// Queries with a 1 behind, which meets the logarithm of the count.
    private static func widened(_ queries: [Float], dimension: Int) -> [Float] {
        var widened: [Float] = []
        widened.reserveCapacity(queries.count / dimension * (dimension + 1))
        for first in stride(from: 0, to: queries.count, by: dimension) {
            widened += queries[first..<first + dimension]
            widened.append(1)
        }
        return widened
    }
}
