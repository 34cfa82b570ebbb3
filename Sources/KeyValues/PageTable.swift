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
        /// What keeps the pages of the entries alive: nil where they were dropped.
        var pages: [Page?] = []
        /// How many pages are still there.
        var present = 0

        mutating func append(_ page: Page?, at index: Int, count: Int) {
            entries.append(page.map { PageEntry(page: $0, count: count) } ?? PageEntry(droppedAt: index))
            pages.append(page)
            if page != nil { present += 1 }
        }

        /// Puts another page, or none, in the place of one.
        mutating func replace(_ place: Int, with page: Page?, count: Int) {
            present += (page != nil ? 1 : 0) - (pages[place] != nil ? 1 : 0)
            if let page { entries[place] = PageEntry(page: page, count: count) } else { entries[place].drop() }
            pages[place] = page
        }

        mutating func removeLast() {
            entries.removeLast()
            if pages.removeLast() != nil { present -= 1 }
        }

        /// A run that was forgotten gets `count` places back, all dropped.
        mutating func recall(_ count: Int, from first: Int) {
            entries = (first..<first + count).map { PageEntry(droppedAt: $0) }
            pages = Array(repeating: nil, count: count)
        }

        mutating func forgetIfGone() {
            guard present == 0, entries.count == PageTable.runLength else { return }
            entries = []
            pages = []
        }
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

    /// - Parameter page: nil: one that was dropped before it came.
    mutating func append(_ page: Page?, count filled: Int = CacheSpec.pageTokens) {
        if count.isMultiple(of: Self.runLength) { runs.append(Run()) }
        runs[runs.count - 1].append(page, at: count, count: filled)
        runs[runs.count - 1].forgetIfGone()
        count += 1
    }

    /// Puts another page in the place of one.
    mutating func replace(_ index: Int, with page: Page, count filled: Int) {
        let run = index / Self.runLength
        if runs[run].entries.isEmpty { runs[run].recall(Self.runLength, from: run * Self.runLength) }
        runs[run].replace(index % Self.runLength, with: page, count: filled)
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
        guard !runs[run].pages.isEmpty else { return false }
        return isKnownUniquelyReferenced(&runs[run].pages[index % Self.runLength])
    }

    mutating func removeLast(_ removed: Int) {
        for _ in 0..<removed {
            let last = runs.count - 1, kept = (count - 1) % Self.runLength
            if runs[last].entries.isEmpty { runs[last].recall(kept, from: last * Self.runLength) } else { runs[last].removeLast() }
            count -= 1
            if kept == 0 { runs.removeLast() }
        }
    }

    /// Lets go of pages; their places stay.
    mutating func drop(_ pages: Range<Int>) {
        guard !pages.isEmpty else { return }
        for run in pages.lowerBound / Self.runLength...(pages.upperBound - 1) / Self.runLength where runs[run].present > 0 {
            let first = run * Self.runLength
            for index in pages.clamped(to: first..<first + Self.runLength) {
                runs[run].replace(index - first, with: nil, count: CacheSpec.pageTokens)
            }
            runs[run].forgetIfGone()
        }
    }
}

// MARK: Walking over entries

extension PageTable {
    /// The entries of some pages in their order. Going from run to run, it counts references once per run and not per page.
    package func entries(_ pages: Range<Int>) -> Entries { Entries(table: self, pages: pages) }

    package struct Entries: Sequence, IteratorProtocol {
        private let table: PageTable
        private var run: [PageEntry] = []
        private var index: Int
        private let end: Int

        init(table: PageTable, pages: Range<Int>) {
            precondition(pages.lowerBound >= 0 && pages.upperBound <= table.count, "pages \(pages) of \(table.count)")
            self.table = table
            index = pages.lowerBound
            end = pages.upperBound
            if index < end { run = table.runs[index / PageTable.runLength].entries }
        }

        package mutating func next() -> PageEntry? {
            guard index < end else { return nil }
            let entry = run.isEmpty ? PageEntry(droppedAt: index) : run[index % PageTable.runLength]
            index += 1
            if index < end, index.isMultiple(of: PageTable.runLength) { run = table.runs[index / PageTable.runLength].entries }
            return entry
        }
    }
}
