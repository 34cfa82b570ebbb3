/// The latest tokens of a sequence, up to a number of them.
struct RecentTokens {
    private let limit: Int
    private var ring: [Int32] = []
    private var oldest = 0

    /// - Parameter limit: how many to remember, 1 or more. Memory is taken only as tokens come.
    init(limit: Int) {
        self.limit = limit
    }

    mutating func append(_ token: Int32) {
        if ring.count < limit {
            ring.append(token)
        } else {
            ring[oldest] = token
            oldest = (oldest + 1) % limit
        }
    }

    /// Those remembered, each once, in no order.
    var distinct: Set<Int32> { Set(ring) }
}
