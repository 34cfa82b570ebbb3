/// What attention went over: the cost of a method, counted as it runs.
package struct AttentionCount: Hashable, Sendable {
    /// Pairs of a query (of one head) and a key that it saw.
    package var keys: Int
    /// Pages that blocks of queries loaded.
    package var pages: Int

    package init(keys: Int = 0, pages: Int = 0) {
        self.keys = keys
        self.pages = pages
    }

    package static func += (total: inout AttentionCount, more: AttentionCount) {
        total.keys += more.keys
        total.pages += more.pages
    }

    package static func - (total: AttentionCount, before: AttentionCount) -> AttentionCount {
        AttentionCount(keys: total.keys - before.keys, pages: total.pages - before.pages)
    }
}
