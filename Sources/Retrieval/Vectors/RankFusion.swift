/// Several rankings as one, by the places in them alone, so that their scores need not be comparable (reciprocal rank fusion: Cormack,
/// Clarke and Büttcher, Reciprocal Rank Fusion Outperforms Condorcet and Individual Rank Learning Methods, 2009).
package enum RankFusion {
    /// The paper's: how little the first places are ahead of the next.
    package static let constant = 60.0

    /// All that is in any of the rankings, best first: the sum of 1 / (constant + place), places from 1. Equal sums are in the order of
    /// the items.
    package static func fuse<Item: Hashable & Comparable>(_ rankings: [[Item]]) -> [(item: Item, score: Double)] {
        var scores: [Item: Double] = [:]
        for ranking in rankings {
            for (index, item) in ranking.enumerated() { scores[item, default: 0] += 1 / (constant + Double(index + 1)) }
        }
        return scores.map { (item: $0.key, score: $0.value) }.sorted { ($1.score, $0.item) < ($0.score, $1.item) }
    }
}
