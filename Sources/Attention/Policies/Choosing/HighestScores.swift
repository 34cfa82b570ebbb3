extension RandomAccessCollection where Element == Float {
    /// The places of the largest scores, the lower place first among equals, in ascending order. NaN counts as nothing.
    ///
    /// Made for few out of many: a score is looked at once, and only one that is among the largest so far costs more.
    package func placesOfHighest(_ count: Int) -> [Int] {
        guard count > 0 else { return [] }
        var best: [(place: Int, score: Float)] = []
        best.reserveCapacity(Swift.min(count, self.count))
        for (place, score) in enumerated() {
            if best.count == count {
                guard score > best[count - 1].score else { continue }
                best.removeLast()
            } else if score.isNaN {
                continue
            }
            var rank = best.count
            while rank > 0, best[rank - 1].score < score { rank -= 1 }
            best.insert((place, score), at: rank)
        }
        return best.map(\.place).sorted()
    }
}
