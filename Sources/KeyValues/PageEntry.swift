/// One place in a head's table: the page, and what a reader of it needs, side by side so that walking over thousands of pages
/// touches neither the page objects nor their reference counts.
///
/// Sendable because its addresses are those of the page beside them, which it keeps alive and which is Sendable itself.
package struct PageEntry: @unchecked Sendable {
    /// Nil where the page was dropped.
    package internal(set) var page: Page?
    package private(set) var keys: UnsafeRawPointer?
    package private(set) var values: UnsafeRawPointer?
    /// The position of slot 0.
    package private(set) var start: Int
    /// How many slots are filled, as this table sees it.
    package internal(set) var count: Int
    /// Whether slot `s` holds position `start + s`.
    package private(set) var isConsecutive: Bool

    init(page: Page, count: Int) {
        self.page = page
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

    mutating func drop() {
        page = nil
        keys = nil
        values = nil
    }
}
