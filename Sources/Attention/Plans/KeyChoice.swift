import KeyValues

/// Keys that a method has chosen: some pages, and of each some slots.
package struct KeyChoice: Hashable, Sendable {
    /// A page and the slots of it that are chosen.
    package struct Page: Hashable, Sendable {
        /// The page's number in the sequence.
        package var index: Int
        /// A bit for each slot, the first the lowest.
        package var keys: UInt64

        package init(_ index: Int, keys: UInt64 = .max) {
            self.index = index
            self.keys = keys
        }
    }

    /// In ascending order, each once.
    package private(set) var pages: [Page]

    /// - Parameter pages: in ascending order, each once.
    package init(_ pages: [Page]) {
        assert(zip(pages, pages.dropFirst()).allSatisfy { $0.index < $1.index }, "chosen pages out of order")
        self.pages = pages
    }

    /// Single slots, in ascending order.
    package init(slots: some Sequence<Int>) {
        pages = []
        for slot in slots { add(slot..<slot + 1) }
    }

    /// Runs of slots, in ascending order; they may touch each other but not overlap.
    package init(runs: some Sequence<Range<Int>>) {
        pages = []
        for run in runs { add(run) }
    }

    /// How many keys are chosen.
    package var count: Int { pages.reduce(0) { $0 + $1.keys.nonzeroBitCount } }

    /// From the first to the last page's slots.
    package var slots: Range<Int> {
        guard let first = pages.first, let last = pages.last else { return 0..<0 }
        return first.index * CacheSpec.pageTokens..<(last.index + 1) * CacheSpec.pageTokens
    }

    /// Adds slots behind all chosen so far.
    private mutating func add(_ slots: Range<Int>) {
        var first = slots.lowerBound
        while first < slots.upperBound {
            let index = first / CacheSpec.pageTokens, start = index * CacheSpec.pageTokens
            let end = min(slots.upperBound, start + CacheSpec.pageTokens)
            let keys = Self.bits(first - start..<end - start)
            if pages.last?.index == index { pages[pages.count - 1].keys |= keys } else { pages.append(Page(index, keys: keys)) }
            first = end
        }
    }

    /// A word with the bits of a range set.
    private static func bits(_ range: Range<Int>) -> UInt64 {
        (range.upperBound >= 64 ? .max : (1 << UInt64(range.upperBound)) - 1) & (.max << UInt64(range.lowerBound))
    }
}

extension KeySpan {
    /// Chosen keys, where they are, to all rows or some.
    package init(_ choice: KeyChoice, band: Band = .causal, rows: RowSet = .all, placement: Placement = .own) {
        self.init(choice.slots, band: band, rows: rows, placement: placement, choice: choice)
    }

    /// The span page by page where keys are chosen, itself otherwise: what it shows they show together.
    package var dense: [KeySpan] {
        guard let choice else { return [self] }
        return choice.pages.map { page in
            let first = page.index * CacheSpec.pageTokens
            var part = clamped(to: first..<first + CacheSpec.pageTokens)
            part.choice = KeyChoice([page])
            return part
        }.filter { !$0.slots.isEmpty }
    }
}
