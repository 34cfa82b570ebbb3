import KeyValues

/// Texts of one pass and where their rows lie.
struct PackedTexts {
    struct Member {
        let rows: Range<Int>
        /// Holds the keys and values of the layer at hand, and nothing between layers.
        let cache: KeyValueCache
    }
    let tokens: [Int32]
    let members: [Member]
    /// Which states of each text are wanted.
    let wanted: WantedRows

    init(_ texts: [[Int32]], wanted: WantedRows, makeCache: (_ tokens: Int) throws -> KeyValueCache) rethrows {
        self.wanted = wanted
        tokens = texts.flatMap(\.self)
        var first = 0
        members = try texts.map { text in
            defer { first += text.count }
            return Member(rows: first..<first + text.count, cache: try makeCache(text.count))
        }
    }

    /// How many states are wanted of all texts together.
    var wantedRows: Int { members.reduce(0) { $0 + wanted.count(of: $1.rows.count) } }
}
