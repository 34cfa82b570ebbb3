/// All pages of one layer: a table per key/value head. Slot `s` of a head is page `s / 64`, slot `s % 64`.
struct LayerPages {
    let layout: PageLayout
    /// Tokens written so far.
    var filled = 0
    var heads: [PageTable]

    init(layout: PageLayout) {
        self.layout = layout
        heads = Array(repeating: PageTable(), count: layout.spec.heads)
    }

    var pageCount: Int { heads.reduce(0) { $0 + $1.presentCount } }

    /// Makes room for `tokens` more: pages for all of them, none of them shared with another cache.
    mutating func makeRoom(tokens: Int, arena: PageArena) throws(KeyValueError) {
        let lastPage = (filled + tokens - 1) / CacheSpec.pageTokens
        let existing = heads.map(\.count)
        do throws(KeyValueError) {
            for head in heads.indices {
                try ownOpenPage(head: head, arena: arena)
                while heads[head].count <= lastPage {
                    let start = heads[head].count * CacheSpec.pageTokens
                    heads[head].append(try Page(spec: layout.spec, start: start, arena: arena), count: 0)
                }
            }
        } catch {
            for head in heads.indices { heads[head].removeLast(heads[head].count - existing[head]) }
            throw error
        }
    }

    /// Copies the part-filled last page if another cache holds it too, or a file.
    private mutating func ownOpenPage(head: Int, arena: PageArena) throws(KeyValueError) {
        guard filled % CacheSpec.pageTokens != 0 else { return }
        let open = filled / CacheSpec.pageTokens
        let isAlone = heads[head].isUniquelyReferenced(open), entry = heads[head][open]
        guard let page = entry.page, entry.isConsecutive else { throw .openPageCannotGrow(index: open) }
        if isAlone && page.isWritable { return }
        heads[head].replace(open, with: try page.copy(spec: layout.spec, arena: arena), count: entry.count)
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
                heads[head].setFilled(count, ofPage: index)
            }
        }
    }
}
