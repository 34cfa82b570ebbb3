import KeyValues

/// A span's placement as rotations: how far the rows and the pages of one block turn.
///
/// Everything is relative to `base`, so that angles stay small and a text that starts elsewhere gives the same bits. The distance
/// that a row is shown of a page's slot 0 is the difference of the two turns.
struct Placing {
    let placement: Placement
    let frame: KeyFrame
    /// The span's first slot.
    let firstSlot: Int
    /// The position that turns count from.
    let base: Int
    /// The position of the first query that the plan is for.
    let firstQuery: Int

    init(span: KeySpan, frame: KeyFrame, blockStart: Int, firstQuery: Int) {
        placement = span.placement
        self.frame = frame
        firstSlot = span.slots.lowerBound
        self.firstQuery = firstQuery
        switch span.placement {
        case _ where frame == .origin: base = 0
        case .shifted, .shiftedPerQuery: base = span.slots.lowerBound
        case .placed(let position): base = position
        default: base = blockStart
        }
    }

    /// How far the rows of the query at a position turn.
    func rowTurn(position: Int) -> Int {
        switch placement {
        case .own, .placed, .mapped: position - base
        case .shifted(let shift): position - base - shift
        case .shiftedPerQuery(let shifts): position - base - shifts[position - firstQuery]
        case .behind(let distance), .constant(let distance): distance
        }
    }

    /// Where slot 0 of a page is shown, relative to the base.
    func shownStart(of entry: PageEntry, index: Int) -> Int {
        switch placement {
        case .own, .shifted, .shiftedPerQuery, .mapped: entry.start - base
        case .placed(let position): position + index * CacheSpec.pageTokens - firstSlot - base
        case .behind, .constant: 0
        }
    }

    /// How far a page's keys turn from how they are stored.
    func pageTurn(of entry: PageEntry, index: Int) -> Int {
        shownStart(of: entry, index: index) - (frame == .origin ? entry.start : 0)
    }

    /// Whether raw keys turn by their slots: at one distance they do not.
    var turnsSlots: Bool {
        guard case .constant = placement else { return frame == .raw }
        return false
    }
}
