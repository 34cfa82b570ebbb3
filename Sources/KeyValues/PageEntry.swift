/// One place in a head's table: where the page lies and what a reader of it needs, side by side. It holds no reference, so that
/// walking over thousands of pages touches neither the page objects nor their reference counts.
///
/// Valid as long as the table that it came from. Sendable because its addresses are those of a page, which is Sendable itself.
package struct PageEntry: @unchecked Sendable {
    private var reference: Unmanaged<Page>?
    package private(set) var keys: UnsafeRawPointer?
    package private(set) var values: UnsafeRawPointer?
    /// The position of slot 0.
    package private(set) var start: Int
    /// How many slots are filled, as this table sees it.
    package internal(set) var count: Int
    /// Whether slot `s` holds position `start + s`.
    package private(set) var isConsecutive: Bool

    /// - Parameter page: whoever makes the entry keeps it alive.
    init(page: Page, count: Int) {
        reference = Unmanaged.passUnretained(page)
        self.count = count
        keys = UnsafeRawPointer(page.keys)
        values = UnsafeRawPointer(page.values)
        start = page.start
        isConsecutive = page.positions == nil
    }

    /// The place of a page that is gone.
    init(droppedAt index: Int) {
        start = index * CacheSpec.pageTokens
        count = CacheSpec.pageTokens
        isConsecutive = true
    }

    /// Whether the page is there.
    package var isPresent: Bool { reference != nil }
    /// Nil where the page was dropped.
    package var page: Page? { reference?.takeUnretainedValue() }

    mutating func drop() {
        reference = nil
        keys = nil
        values = nil
    }
}
