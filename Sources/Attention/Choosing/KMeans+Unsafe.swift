import CKernels

/// Clusters of vectors by direction: each vector, brought to length 1, belongs to the nearest mean. (Lloyd, 1982.)
///
/// Means begin at vectors evenly spread over the text, and a bounded number of rounds follows, so that the cost is known beforehand and
/// the result is the same every time. Many clusters are found in two stages, `√k` groups and the clusters of each: O(n · √k · dim) a round.
package struct KMeans {
    private let dimension: Int
    /// Of length 1, with a 1 behind, which meets half the square of a mean: `[count][dimension + 1]`.
    private let vectors: [Float]
    private let rounds: Int
    private let kernels: PanelKernels

    /// More clusters than this are found in two stages.
    private static let mostAtOnce = 128

    /// - Parameter vectors: `[count][dimension]`.
    package init(_ vectors: [Float], dimension: Int, rounds: Int, kernels: PanelKernels) {
        self.dimension = dimension
        self.rounds = max(1, rounds)
        self.kernels = kernels
        var unit: [Float] = []
        unit.reserveCapacity(vectors.count / dimension * (dimension + 1))
        for first in stride(from: 0, to: vectors.count, by: dimension) {
            let vector = vectors[first..<first + dimension], square = vector.reduce(0) { $0 + $1 * $1 }
            let factor = square > 0 ? 1 / square.squareRoot() : 0
            for element in vector { unit.append(element * factor) }
            unit.append(1)
        }
        self.vectors = unit
    }

    private var width: Int { dimension + 1 }
    private var count: Int { vectors.count / width }

    /// The cluster of each vector, counted from 0; some clusters may have none.
    package func labels(clusters: Int) -> [Int32] {
        guard clusters > Self.mostAtOnce else { return labels(of: vectors, clusters: clusters) }
        let groups = Int(Double(clusters).squareRoot().rounded())
        let coarse = labels(of: vectors, clusters: groups)
        var members = Array(repeating: [Int](), count: groups)
        for (place, group) in coarse.enumerated() { members[Int(group)].append(place) }
        var labels = [Int32](repeating: 0, count: count), firstCluster = 0, passed = 0
        for group in members where !group.isEmpty {
            passed += group.count
            // Shares by size; rounding is made up for by the groups behind.
            let own = min(max(1, clusters * passed / count - firstCluster), clusters - firstCluster)
            let fine = self.labels(of: group.flatMap { vectors[$0 * width..<($0 + 1) * width] }, clusters: max(1, own))
            for (place, label) in zip(group, fine) { labels[place] = Int32(min(firstCluster, clusters - 1)) + label }
            firstCluster += max(0, own)
        }
        return labels
    }

    private func labels(of vectors: [Float], clusters: Int) -> [Int32] {
        let count = vectors.count / width, clusters = min(clusters, count)
        guard clusters > 1 else { return Array(repeating: 0, count: count) }
        var means = (0..<clusters).flatMap { index in
            let place = (2 * index + 1) * count / (2 * clusters)
            return vectors[place * width..<(place + 1) * width]
        }
        var labels = [Int32](repeating: -1, count: count)
        for _ in 0..<rounds {
            var nearest = labels
            let panels = ClusterPanels(means: means, width: width) { -$0.dropLast().reduce(0) { $0 + $1 * $1 } / 2 }
            kernels.nearest(Int32(width), Int32(count), vectors, Int32(panels.count), panels.values, &nearest)
            if nearest == labels { break }
            labels = nearest
            move(&means, to: labels, of: vectors)
        }
        return labels
    }

    /// Means of what belongs to them; those to which nothing does stay.
    private func move(_ means: inout [Float], to labels: [Int32], of vectors: [Float]) {
        var sums = [Float](repeating: 0, count: means.count)
        kernels.gather(Int32(width), Int32(labels.count), vectors, labels, &sums)
        for first in stride(from: 0, to: means.count, by: width) where sums[first + dimension] > 0 {
            for place in first..<first + width { means[place] = sums[place] / sums[first + dimension] }
        }
    }
}

/// Vectors in panels, the last element of each put in for the kernel: `[count][width][16]`.
struct ClusterPanels {
    let values: [Float]
    let count: Int

    /// - Parameters:
    ///   - means: `[clusters][width]`; their last elements are replaced.
    ///   - last: what stands last, of a mean; minus infinity behind the last cluster, so that nothing is near it.
    init(means: [Float], width: Int, last: (ArraySlice<Float>) -> Float) {
        let lanes = PanelKernelTable.width, clusters = means.count / width
        count = (clusters + lanes - 1) / lanes
        var values = [Float](repeating: 0, count: count * width * lanes)
        for index in 0..<count * lanes {
            let start = index / lanes * width * lanes + index % lanes
            guard index < clusters else {
                values[start + (width - 1) * lanes] = -.infinity
                continue
            }
            let mean = means[index * width..<(index + 1) * width]
            for (place, element) in mean.dropLast().enumerated() { values[start + place * lanes] = element }
            values[start + (width - 1) * lanes] = last(mean)
        }
        self.values = values
    }
}
