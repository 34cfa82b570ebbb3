/// One place in a head's table: the page, and what a reader of it needs, side by side so that walking over thousands of pages
/// touches neither the page objects nor their reference counts.
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

/// All pages of one layer: a table per key/value head. Slot `s` of a head is page `s / 64`, slot `s % 64`.
struct LayerPages {
    let layout: PageLayout
    /// Tokens written so far.
    var filled = 0
    var heads: [[PageEntry]]

    init(layout: PageLayout) {
        self.layout = layout
        heads = Array(repeating: [], count: layout.spec.heads)
    }

    var pageCount: Int { heads.reduce(0) { $0 + $1.count { $0.page != nil } } }

    /// Makes room for `tokens` more: pages for all of them, none of them shared with another cache.
    mutating func makeRoom(tokens: Int, arena: PageArena) throws(KeyValueError) {
        let lastPage = (filled + tokens - 1) / CacheSpec.pageTokens
        let existing = heads.map(\.count)
        do throws(KeyValueError) {
            for head in heads.indices {
                try ownOpenPage(head: head, arena: arena)
                while heads[head].count <= lastPage {
                    let start = heads[head].count * CacheSpec.pageTokens
                    heads[head].append(PageEntry(page: try Page(spec: layout.spec, start: start, arena: arena), count: 0))
                }
            }
        } catch {
            for head in heads.indices { heads[head].removeLast(heads[head].count - existing[head]) }
            throw error
        }
    }

    /// Copies the part-filled last page if another cache holds it too.
    private mutating func ownOpenPage(head: Int, arena: PageArena) throws(KeyValueError) {
        guard filled % CacheSpec.pageTokens != 0 else { return }
        let open = filled / CacheSpec.pageTokens
        let isAlone = isKnownUniquelyReferenced(&heads[head][open].page)
        guard let page = heads[head][open].page, !isAlone || !page.isWritable else { return }
        heads[head][open] = PageEntry(page: try page.copy(spec: layout.spec, arena: arena), count: heads[head][open].count)
    }

    /// Marks `tokens` more slots as filled.
    mutating func fill(tokens: Int) {
        filled += tokens
        refreshCounts()
    }

    mutating func truncate(to tokens: Int) {
        let pages = (tokens + CacheSpec.pageTokens - 1) / CacheSpec.pageTokens
        for head in heads.indices where heads[head].count > pages { heads[head].removeLast(heads[head].count - pages) }
        filled = min(filled, tokens)
        refreshCounts()
    }

    /// Only pages from the first one that was not full can have changed.
    private mutating func refreshCounts() {
        for head in heads.indices {
            for index in heads[head].indices.reversed() {
                let count = min(CacheSpec.pageTokens, filled - index * CacheSpec.pageTokens)
                if heads[head][index].count == count { break }
                heads[head][index].count = count
            }
        }
    }
}
