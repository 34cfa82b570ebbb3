/// Characters as JSON writes them in strings.
extension GrammarBuilder {
    /// What a string may hold as it is: all characters but quotes, backslashes, the controls of ASCII, and surrogates, which are none.
    static let plainCharacters: [ClosedRange<UInt32>] = [0x20...0x21, 0x23...0x5B, 0x5D...0xD7FF, 0xE000...0x10FFFF]

    /// A string of any characters, in quotes.
    mutating func string(then: Int32) throws(GrammarError) -> Int32 {
        let rule = try rule(.string) { (builder) throws(GrammarError) in
            let body = try builder.reserve()
            let closing = ByteEdge(bytes: 0x22...0x22, next: ByteGrammar.end)
            builder.fill(body, with: .bytes([closing] + (try builder.characterEdges(then: body))))
            return try builder.text("\"", then: body)
        }
        return try call(rule, then: then)
    }

    /// A string of so many characters; an escaped one counts as one.
    mutating func string(least: Int32, most: Int32?, then: Int32) throws(GrammarError) -> Int32 {
        if least == 0 && most == nil { return try string(then: then) }
        let character = try rule(.character) { (builder) throws(GrammarError) in
            try builder.add(.bytes(builder.characterEdges(then: ByteGrammar.end)))
        }
        let closing = try text("\"", then: then)
        let body = try add(.repeated(RepeatedRule(body: character, least: least, most: most, then: closing)))
        return try text("\"", then: body)
    }

    /// One character in any of its spellings, halves of surrogate pairs left out: what stands beyond U+FFFF is written as it is.
    private mutating func characterEdges(then: Int32) throws(GrammarError) -> [ByteEdge] {
        var digits = then
        for _ in 0..<2 { digits = try hexadecimalDigit(then: digits) }
        let third = try hexadecimalDigit(then: digits)
        let belowSurrogates = try step(0x30...0x37, then: digits)
        let first = try add(
            .bytes(
                [0x30...0x39, 0x41...0x43, 0x45...0x46, 0x61...0x63, 0x65...0x66].map { ByteEdge(bytes: $0, next: third) }
                    + [0x44...0x44, 0x64...0x64].map { ByteEdge(bytes: $0, next: belowSurrogates) }))
        let escaped = try add(
            .bytes("\"\\/bfnrt".utf8.map { ByteEdge(bytes: $0...$0, next: then) } + [ByteEdge(bytes: 0x75...0x75, next: first)]))
        return try plainEdges(Self.plainCharacters, then: then) + [ByteEdge(bytes: 0x5C...0x5C, next: escaped)]
    }

    private mutating func hexadecimalDigit(then: Int32) throws(GrammarError) -> Int32 {
        try add(.bytes([0x30...0x39, 0x41...0x46, 0x61...0x66].map { ByteEdge(bytes: $0, next: then) }))
    }

    /// One character of a set as UTF-8, written as it is.
    mutating func plainEdges(_ characters: [ClosedRange<UInt32>], then: Int32) throws(GrammarError) -> [ByteEdge] {
        var edges: [ByteEdge] = []
        for range in characters {
            for sequence in UTF8Sequences.covering(range) {
                var next = then
                for bytes in sequence.dropFirst().reversed() { next = try step(bytes, then: next) }
                edges.append(ByteEdge(bytes: sequence[0], next: next))
            }
        }
        return edges
    }

    /// One character of a set in its usual spelling: escaped where JSON demands it and nowhere else.
    mutating func usualEdges(_ characters: [ClosedRange<UInt32>], then: Int32) throws(GrammarError) -> [ByteEdge] {
        var plain: [ClosedRange<UInt32>] = []
        var edges: [ByteEdge] = []
        for range in characters {
            plain += Self.plainCharacters.filter { $0.overlaps(range) }.map { $0.clamped(to: range) }
            for scalar in Self.escapes.keys.sorted() where range.contains(scalar) {
                let spelling = Self.escapes[scalar, default: ""].utf8.dropFirst()
                edges.append(ByteEdge(bytes: 0x5C...0x5C, next: try text(Array(spelling), then: then)))
            }
        }
        return try plainEdges(plain, then: then) + edges
    }

    /// How the characters are written that cannot stand as they are.
    private static let escapes: [UInt32: String] = {
        let short: [UInt32: String] = [0x08: "\\b", 0x09: "\\t", 0x0A: "\\n", 0x0C: "\\f", 0x0D: "\\r"]
        var escapes: [UInt32: String] = [0x22: "\\\"", 0x5C: "\\\\"]
        for control in UInt32(0)..<0x20 {
            escapes[control] = short[control] ?? "\\u00" + (control < 0x10 ? "0" : "") + String(control, radix: 16)
        }
        return escapes
    }()

    /// A key that is none of `names`, in quotes and without escapes, so that no other spelling of a name slips through.
    mutating func key(otherThan names: [String], then: Int32) throws(GrammarError) -> Int32 {
        let free = try reserve()
        let closing = ByteEdge(bytes: 0x22...0x22, next: then)
        fill(free, with: .bytes([closing] + (try plainEdges(Self.plainCharacters, then: free))))
        let sorted = names.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        return try text("\"", then: key(otherThan: sorted[...], from: 0, beside: free))
    }

    /// - Parameters:
    ///   - names: those that begin with what has been read.
    ///   - free: where a key would be at this place if there were no names.
    private mutating func key(otherThan names: ArraySlice<[UInt8]>, from depth: Int, beside free: Int32) throws(GrammarError) -> Int32 {
        guard !names.isEmpty, case .bytes(var edges) = nodes[Int(free)] else { return free }
        if names.first?.count == depth { edges = edges.flatMap { $0.without(0x22) } }
        var rest = names.drop { $0.count == depth }
        while let byte = rest.first?[depth] {
            let run = rest.prefix { $0[depth] == byte }
            rest = rest.dropFirst(run.count)
            // A name with a quote in it cannot be written without an escape.
            guard byte != 0x22 else { continue }
            let beside = edges.filter { $0.bytes.contains(byte) }
            edges = edges.flatMap { $0.without(byte) }
            for edge in beside {
                edges.append(ByteEdge(bytes: byte...byte, next: try key(otherThan: run, from: depth + 1, beside: edge.next)))
            }
        }
        return try add(.bytes(edges))
    }
}

extension ByteEdge {
    /// The edge for all of its bytes but one.
    fileprivate func without(_ byte: UInt8) -> [ByteEdge] {
        guard bytes.contains(byte) else { return [self] }
        var parts: [ByteEdge] = []
        if byte > bytes.lowerBound { parts.append(ByteEdge(bytes: bytes.lowerBound...byte - 1, next: next)) }
        if byte < bytes.upperBound { parts.append(ByteEdge(bytes: byte + 1...bytes.upperBound, next: next)) }
        return parts
    }
}
