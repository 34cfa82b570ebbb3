import KeyValues

/// Which slots of a page each row sees.
struct PageMasks {
    let span: KeySpan
    /// Positions of the block's queries.
    let queries: ClosedRange<Int>
    /// Row of the plan at which the block begins.
    let firstRow: Int
    let group: Int

    enum Verdict {
        case nothing
        case everything
        case some
    }

    /// Fills `masks`, a word per row, where the rows do not all see the same all or nothing.
    /// - Parameter chosen: a bit for each slot that may be shown.
    func fill(_ masks: UnsafeMutablePointer<UInt64>, entry: PageEntry, index: Int, chosen: UInt64) -> Verdict {
        let distances = entry.distances(to: queries)
        guard entry.isPresent, entry.count > 0, span.band.overlaps(distances) else { return .nothing }
        let inSpan = slots(of: index, count: entry.count) & chosen
        if inSpan == .max, span.rows.isAll, span.band.covers(distances) { return .everything }
        var any: UInt64 = 0
        for position in queries {
            let visible = inSpan & bits(of: entry, position: position)
            for head in 0..<group {
                let row = (position - queries.lowerBound) * group + head
                masks[row] = span.rows.contains(firstRow + row) ? visible : 0
                any |= masks[row]
            }
        }
        return any == 0 ? .nothing : .some
    }

    /// The filled slots of a page that belong to the span.
    private func slots(of index: Int, count: Int) -> UInt64 {
        let first = index * CacheSpec.pageTokens
        return Self.bits(max(0, span.slots.lowerBound - first), min(count, span.slots.upperBound - first))
    }

    /// The slots that the band shows to the query at a position.
    private func bits(of entry: PageEntry, position: Int) -> UInt64 {
        if !entry.isConsecutive, let positions = entry.page?.positions {
            return positions.prefix(entry.count).enumerated().reduce(0) { bits, slot in
                span.band.contains(position - Int(slot.element)) ? bits | 1 << UInt64(slot.offset) : bits
            }
        }
        let nearest = span.band.lowest.map { position - $0 - entry.start } ?? CacheSpec.pageTokens
        let farthest = span.band.highest.map { position - $0 - entry.start } ?? 0
        return Self.bits(max(0, farthest), min(CacheSpec.pageTokens - 1, nearest) + 1)
    }

    /// A word with the bits of a range set, which may be empty or reach beyond the word.
    private static func bits(_ lower: Int, _ upper: Int) -> UInt64 {
        guard lower < upper else { return 0 }
        return (upper >= 64 ? .max : (1 << UInt64(upper)) - 1) & (.max << UInt64(lower))
    }
}
