import KeyValues

/// Texts of one pass and where their rows lie.
struct PackedTexts {
    struct Member {
        let rows: Range<Int>
        /// Which of the rows is the first one of a second text.
        let secondPart: Int?
        /// Holds the keys and values of the layer at hand, and nothing between layers.
        let cache: KeyValueCache
    }
    let tokens: [Int32]
    let members: [Member]
    /// Which states of each text are wanted.
    let wanted: WantedRows

    init(_ texts: [EncoderText], wanted: WantedRows, makeCache: (_ tokens: Int) throws -> KeyValueCache) rethrows {
        self.wanted = wanted
        tokens = texts.flatMap(\.tokens)
        var first = 0
        members = try texts.map { text in
            let rows = first..<first + text.tokens.count
            first = rows.upperBound
            return Member(rows: rows, secondPart: text.secondPart, cache: try makeCache(rows.count))
        }
    }

    /// How many states are wanted of all texts together.
    var wantedRows: Int { members.reduce(0) { $0 + wanted.count(of: $1.rows.count) } }
}
