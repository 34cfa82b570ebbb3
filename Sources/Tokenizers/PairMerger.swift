/// Joins the symbols of one word, best pair first and the leftmost of equals, in O(n log n).
///
/// The symbols form a linked list in an array. Every pair that may be joined waits in a queue under (rank, place); a pair
/// whose symbols have changed meanwhile is known by its rank no longer being that of its place, and is passed over.
/// Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units" (2016) gives the merging itself.
struct PairMerger {
    struct Symbol {
        /// The vocabulary's number for it; negative if it has none.
        var identifier: Int32
        /// Byte offset in the text where the symbol ends.
        var end: Int
        fileprivate var previous: Int32
        fileprivate var next: Int32
        /// How this symbol joins the next one; `unjoinable` where it cannot.
        fileprivate var rank: UInt32
        fileprivate var joined: Int32
    }

    private static let unjoinable = UInt32.max

    private var symbols: [Symbol] = []
    private var queue = MergeQueue()

    /// Pairs considered since this value was made.
    var pairCount: Int { queue.pushCount }

    /// Forgets the last word.
    mutating func removeAll() {
        symbols.removeAll(keepingCapacity: true)
    }

    /// Adds the next symbol of the word.
    mutating func append(_ identifier: Int32, end: Int) {
        let place = Int32(symbols.count)
        symbols.append(
            Symbol(identifier: identifier, end: end, previous: place - 1, next: place + 1, rank: Self.unjoinable, joined: -1))
    }

    /// Joins all that can be joined.
    mutating func merge(by table: MergeTable) {
        guard symbols.count > 1 else { return }
        for place in 0..<symbols.count - 1 { consider(place, table) }
        while let key = queue.pop() {
            let place = Int(truncatingIfNeeded: key & 0xffff_ffff)
            guard symbols[place].rank == UInt32(key >> 32) else { continue }
            join(place)
            consider(place, table)
            if symbols[place].previous >= 0 { consider(Int(symbols[place].previous), table) }
        }
    }

    /// The symbols that are left, in the order of the text.
    func forEachSymbol(_ body: (Symbol) -> Void) {
        var place = 0
        while place < symbols.count {
            body(symbols[place])
            place = Int(symbols[place].next)
        }
    }

    /// Looks up the pair that begins at `place` and queues it if it may be joined.
    private mutating func consider(_ place: Int, _ table: MergeTable) {
        let next = Int(symbols[place].next)
        guard next < symbols.count, let merge = table.merge(symbols[place].identifier, symbols[next].identifier) else {
            symbols[place].rank = Self.unjoinable
            return
        }
        symbols[place].rank = merge.rank
        symbols[place].joined = merge.symbol
        queue.push(UInt64(merge.rank) << 32 | UInt64(place))
    }

    /// Makes one symbol of the pair that begins at `place`.
    private mutating func join(_ place: Int) {
        let absorbed = symbols[Int(symbols[place].next)]
        symbols[Int(symbols[place].next)].rank = Self.unjoinable
        symbols[place].identifier = symbols[place].joined
        symbols[place].end = absorbed.end
        symbols[place].next = absorbed.next
        if Int(absorbed.next) < symbols.count { symbols[Int(absorbed.next)].previous = Int32(place) }
    }
}
