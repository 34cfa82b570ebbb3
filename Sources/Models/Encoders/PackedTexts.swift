import KeyValues

/// Texts of one pass and where their rows lie.
struct PackedTexts {
    struct Member {
        /// Those of padding included.
        let rows: Range<Int>
        /// Those of the text's own tokens.
        let own: Range<Int>
        /// Which of the rows is the first one of a second text.
        let secondPart: Int?
        /// Holds the keys and values of the layer at hand, and nothing between layers.
        let cache: KeyValueCache
    }
    let tokens: [Int32]
    let members: [Member]
    /// Which states of each text are wanted.
    let wanted: WantedRows

    /// - Parameter padding: what texts are filled up with, and to how many tokens.
    init(
        _ texts: [EncoderText], wanted: WantedRows, padding: (token: Int32, count: Int)?, makeCache: (_ tokens: Int) throws -> KeyValueCache
    ) rethrows {
        self.wanted = wanted
        func missing(_ text: EncoderText) -> Int { max(0, (padding?.count ?? 0) - text.tokens.count) }
        tokens = texts.flatMap { $0.tokens + Array(repeating: padding?.token ?? 0, count: missing($0)) }
        var first = 0
        members = try texts.map { text in
            let rows = first..<first + text.tokens.count + missing(text)
            first = rows.upperBound
            return Member(rows: rows, own: rows.prefix(text.tokens.count), secondPart: text.secondPart, cache: try makeCache(rows.count))
        }
    }

    /// How many states are wanted of all texts together.
    var wantedRows: Int { members.reduce(0) { $0 + wanted.count(of: $1.own.count) } }
}
