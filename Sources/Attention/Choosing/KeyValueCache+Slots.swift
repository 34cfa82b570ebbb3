import KeyValues

extension KeyValueCache {
    /// The keys of a run of slots as they are stored, in paired order, zeros where a page was dropped: `[slots, paddedKeyDim]`.
    func storedKeys(layer: Int, head: Int, slots: Range<Int>) -> [Float] {
        let dimension = layout(layer: layer).paddedKeyDim, length = CacheSpec.pageTokens
        var keys: [Float] = []
        keys.reserveCapacity(slots.count * dimension)
        for page in slots.lowerBound / length..<(slots.upperBound + length - 1) / length {
            let wanted = slots.clamped(to: page * length..<(page + 1) * length)
            if let stored = storedKeys(layer: layer, head: head, page: page) {
                keys += stored[(wanted.lowerBound - page * length) * dimension..<(wanted.upperBound - page * length) * dimension]
            } else {
                keys += Array(repeating: 0, count: wanted.count * dimension)
            }
        }
        return keys
    }
}

extension [Float] {
    /// The mean of some rows of so many numbers.
    func meanRow(_ rows: some Collection<Int>, columns: Int) -> [Float] {
        var mean = [Float](repeating: 0, count: columns)
        for row in rows {
            for column in 0..<columns { mean[column] += self[row * columns + column] }
        }
        return mean.map { $0 / Float(rows.count) }
    }
}
