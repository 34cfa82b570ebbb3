/// What attention went over: the cost of a method, counted as it runs.
package struct AttentionCount: Hashable, Sendable {
    /// Pairs of a query (of one head) and a key that it saw.
    package var keys: Int
    /// Pages that blocks of queries loaded.
    package var pages: Int
    /// Pairs of a query (of one head) and a key, or a vector that stands for several, that were compared so that keys could be chosen.
    package var compared: Int

    package init(keys: Int = 0, pages: Int = 0, compared: Int = 0) {
        self.keys = keys
        self.pages = pages
        self.compared = compared
    }

    package static func += (total: inout AttentionCount, more: AttentionCount) {
        total.keys += more.keys
        total.pages += more.pages
        total.compared += more.compared
    }

    package static func - (total: AttentionCount, before: AttentionCount) -> AttentionCount {
        AttentionCount(
            keys: total.keys - before.keys, pages: total.pages - before.pages, compared: total.compared - before.compared)
    }
}
