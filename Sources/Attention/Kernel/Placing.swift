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
    let base: Double
    /// The position of the first query that the plan is for.
    let firstQuery: Int

    init(span: KeySpan, frame: KeyFrame, blockStart: Int, firstQuery: Int) {
        placement = span.placement
        self.frame = frame
        firstSlot = span.slots.lowerBound
        self.firstQuery = firstQuery
        switch span.placement {
        case .mapped(let query, _): base = query(blockStart)
        case _ where frame == .origin: base = 0
        case .shifted, .shiftedPerQuery: base = Double(span.slots.lowerBound)
        case .placed(let position): base = Double(position)
        default: base = Double(blockStart)
        }
    }

    /// How far the rows of the query at a position turn.
    func rowTurn(position: Int) -> Double {
        switch placement {
        case .own, .placed: Double(position) - base
        case .shifted(let shift): Double(position - shift) - base
        case .shiftedPerQuery(let shifts): Double(position - shifts[position - firstQuery]) - base
        case .behind(let distance), .constant(let distance): Double(distance)
        case .mapped(let query, _): query(position) - base
        }
    }

    /// Where slot 0 of a page is shown, relative to the base.
    func shownStart(of entry: PageEntry, index: Int) -> Double {
        switch placement {
        case .own, .shifted, .shiftedPerQuery: Double(entry.start) - base
        case .placed(let position): Double(position + index * CacheSpec.pageTokens - firstSlot) - base
        case .behind, .constant: 0
        case .mapped(_, let key): key(entry.start) - base
        }
    }

    /// How far a page's keys turn from how they are stored.
    func pageTurn(of entry: PageEntry, index: Int) -> Double {
        shownStart(of: entry, index: index) - (frame == .origin ? Double(entry.start) : 0)
    }

    /// How far a slot is shown from slot 0 of its page.
    func offset(of slot: Int, in entry: PageEntry) -> Double {
        switch placement {
        case .constant: 0
        case .mapped(_, let key): key(entry.position(of: slot)) - key(entry.start)
        default: Double(entry.position(of: slot) - entry.start)
        }
    }

    /// Whether raw keys turn by their slots: at one distance they do not.
    var turnsSlots: Bool {
        guard case .constant = placement else { return frame == .raw }
        return false
    }
}
