/// T5's relative positions: a learned bias for each head and bucket of distances: small distances have buckets of their own, larger ones
/// share them in logarithmic steps, and the last holds for all beyond.
/// (Raffel et al., Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer, 2020.)
package struct T5Buckets: Hashable, Sendable {
    package let count: Int
    /// The distance from which all share the last bucket.
    package let largestDistance: Int

    package init(count: Int = 32, largestDistance: Int = 128) {
        precondition(count >= 2 && largestDistance > count / 2, "\(count) buckets for distances to \(largestDistance)")
        self.count = count
        self.largestDistance = largestDistance
    }

    /// The bucket of a key so many tokens before its query.
    package func bucket(_ distance: Int) -> Int {
        let exact = count / 2
        guard distance >= exact else { return max(0, distance) }
        let steps = logarithm(Double(distance) / Double(exact)) / logarithm(Double(largestDistance) / Double(exact))
        return min(count - 1, exact + Int(Double(count - exact) * steps))
    }

    /// The bucket of each distance from 0 on, the last for all beyond.
    package var ofDistances: [Int] { (0...largestDistance).map(bucket) }

    /// The same where queries see both sides: a first half of twice as many buckets is for keys before the query, the other for those behind
    /// it. From `-largestDistance` to `largestDistance`.
    package var ofDistancesOnBothSides: [Int] { ofDistances.dropFirst().reversed().map { $0 + count } + ofDistances }
}
