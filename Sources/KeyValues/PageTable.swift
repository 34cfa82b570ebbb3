/// A head's pages by their number in the sequence.
///
/// Runs of 64 pages that have all been dropped take no memory, so that a method with a window can go on without end. Every access
/// is O(1); growing is O(1) amortised.
package struct PageTable: RandomAccessCollection, Sendable {
    private static let runLength = 64

    /// Up to `runLength` pages in their order.
    private struct Run {
        /// Empty once the run is complete and all of its pages were dropped.
        var entries: [PageEntry] = []
        /// How many pages are still there.
        var present = 0
    }

    private var runs: [Run] = []
    package private(set) var count = 0

    package var startIndex: Int { 0 }
    package var endIndex: Int { count }

    /// How many pages are still there. O(n / 64).
    var presentCount: Int { runs.reduce(0) { $0 + $1.present } }

    package subscript(index: Int) -> PageEntry {
        precondition(index >= 0 && index < count, "page \(index) of \(count)")
        let run = runs[index / Self.runLength]
        return run.entries.isEmpty ? PageEntry(droppedAt: index) : run.entries[index % Self.runLength]
    }

    mutating func append(_ entry: PageEntry) {
        if count.isMultiple(of: Self.runLength) { runs.append(Run()) }
        runs[runs.count - 1].entries.append(entry)
        if entry.page != nil { runs[runs.count - 1].present += 1 }
        count += 1
        forgetIfGone(runs.count - 1)
    }

    /// Puts another page, which must be there, in the place of one.
    mutating func replace(_ index: Int, with entry: PageEntry) {
        let run = index / Self.runLength
        if runs[run].entries.isEmpty {
            let first = run * Self.runLength
            runs[run].entries = (first..<first + Self.runLength).map { PageEntry(droppedAt: $0) }
        }
        let old = runs[run].entries[index % Self.runLength]
        runs[run].present += (entry.page != nil ? 1 : 0) - (old.page != nil ? 1 : 0)
        runs[run].entries[index % Self.runLength] = entry
    }

    /// Notes how many slots of a page are filled.
    mutating func setFilled(_ filled: Int, ofPage index: Int) {
        let run = index / Self.runLength
        guard !runs[run].entries.isEmpty else { return }
        runs[run].entries[index % Self.runLength].count = filled
    }

    /// Whether nobody else holds the page.
    mutating func isUniquelyReferenced(_ index: Int) -> Bool {
        let run = index / Self.runLength
        guard !runs[run].entries.isEmpty else { return false }
        return isKnownUniquelyReferenced(&runs[run].entries[index % Self.runLength].page)
    }

    mutating func removeLast(_ removed: Int) {
        for _ in 0..<removed {
            if let last = runs[runs.count - 1].entries.popLast() {
                if last.page != nil { runs[runs.count - 1].present -= 1 }
            } else {
                // A run that was forgotten gets its places back, all dropped, but for the last.
                let first = (runs.count - 1) * Self.runLength
                runs[runs.count - 1].entries = (first..<count - 1).map { PageEntry(droppedAt: $0) }
            }
            count -= 1
            if count.isMultiple(of: Self.runLength) { runs.removeLast() }
        }
    }

    /// Lets go of pages; their places stay.
    mutating func drop(_ pages: Range<Int>) {
        guard !pages.isEmpty else { return }
        for run in pages.lowerBound / Self.runLength...(pages.upperBound - 1) / Self.runLength where runs[run].present > 0 {
            let first = run * Self.runLength
            for index in pages.clamped(to: first..<first + Self.runLength) where runs[run].entries[index - first].page != nil {
                runs[run].entries[index - first].drop()
                runs[run].present -= 1
            }
            forgetIfGone(run)
        }
    }

    private mutating func forgetIfGone(_ run: Int) {
        if runs[run].present == 0, runs[run].entries.count == Self.runLength { runs[run].entries = [] }
    }
}
