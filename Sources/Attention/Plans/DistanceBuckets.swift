import Positions
import Tensors

/// T5's learned biases: a number for each bucket of distances and each head. (Raffel et al., Exploring the Limits of Transfer Learning with a
/// Unified Text-to-Text Transformer, 2020.)
package struct DistanceBuckets {
    /// `[buckets, heads]`.
    private let table: Tensor
    /// The bucket of each place in a rule's lists.
    private let places: [Int]
    private let origin: Int

    /// - Parameters:
    ///   - table: `[buckets, heads]`.
    ///   - seesBothSides: whether a first half of the buckets is for keys before the query and the other for those behind it.
    package init(_ table: Tensor, seesBothSides: Bool) {
        let buckets = T5Buckets(count: seesBothSides ? table.rows / 2 : table.rows)
        self.table = table
        places = seesBothSides ? buckets.ofDistancesOnBothSides : buckets.ofDistances
        origin = seesBothSides ? buckets.largestDistance : 0
    }

    /// Gives a rule these biases.
    package func apply(to rule: inout ScoreRule) {
        rule.distanceBiases = (0..<table.columns).map { head in places.map { table[$0, head] } }
        rule.distanceBiasOrigin = origin
    }

    /// Adds gradients of the rule's lists to those of the table.
    package func add(_ gradients: [[Float]], to sum: Tensor) {
        for (head, list) in gradients.enumerated() {
            for (place, gradient) in zip(places, list) { sum[place, head] += gradient }
        }
    }
}
