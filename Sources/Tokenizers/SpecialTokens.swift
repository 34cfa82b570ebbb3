/// Finds control and user-defined tokens in a text: the leftmost, and of those that begin there the longest.
struct SpecialTokens: Sendable {
    /// A token found in a text.
    struct Match {
        let identifier: Int32
        let range: Range<Int>
    }

    private struct Node {
        /// The user-defined token that ends here.
        var userDefined: Int32?
        /// The token of any kind that ends here.
        var any: Int32?
    }

    /// A tree of bytes: the child of node n by byte b is under n * 256 + b.
    private var children = IntegerTable()
    private var nodes = [Node()]
    /// By first byte: whether some token begins so, of the user-defined ones and of all.
    private var startsUserDefined = [Bool](repeating: false, count: 256)
    private var startsAny = [Bool](repeating: false, count: 256)
    private var hasUserDefined = false
    /// What is to be heeded around tokens, for those where something is.
    private var surroundings: [Int32: Surroundings] = [:]

    /// What a token wants of the text around it.
    struct Surroundings: Sendable, Equatable {
        /// Takes the white space before it.
        var takesSpaceBefore = false
        /// Takes the white space behind it.
        var takesSpaceAfter = false
        /// Counts only where no character of a word stands beside it.
        var isSingleWord = false
    }

    /// A token that is to be found.
    struct Name {
        let text: [UInt8]
        let identifier: Int32
        let isUserDefined: Bool
        var surroundings = Surroundings()
    }

    init(_ names: [Name]) {
        for name in names {
            insert(name.text[...], identifier: name.identifier, isUserDefined: name.isUserDefined)
            if name.surroundings != Surroundings() { surroundings[name.identifier] = name.surroundings }
        }
    }

    /// - Parameter userDefinedPiecesAreText: whether user-defined tokens are looked for with control tokens only.
    init(_ pieces: PieceList, types: [Vocabulary.TokenType], userDefinedPiecesAreText: Bool) {
        for (number, type) in types.enumerated() {
            switch type {
            case .userDefined: insert(pieces[number], identifier: Int32(number), isUserDefined: !userDefinedPiecesAreText)
            case .control, .unknown: insert(pieces[number], identifier: Int32(number), isUserDefined: false)
            case .normal, .unused, .byte: continue
            }
        }
    }

    private mutating func insert(_ piece: ArraySlice<UInt8>, identifier: Int32, isUserDefined: Bool) {
        guard let first = piece.first else { return }
        var node = 0
        for byte in piece {
            let key = UInt64(node) << 8 | UInt64(byte)
            if let child = children[key] {
                node = Int(child)
            } else {
                nodes.append(Node())
                node = nodes.count - 1
                children.insert(UInt64(node), for: key)
            }
        }
        nodes[node].any = identifier
        startsAny[Int(first)] = true
        guard isUserDefined else { return }
        nodes[node].userDefined = identifier
        startsUserDefined[Int(first)] = true
        hasUserDefined = true
    }

    /// The next token in `text` from `start` on; only user-defined ones unless control tokens are asked for too.
    func next(in text: [UInt8], from start: Int, limit: Int? = nil, includingControl: Bool) -> Match? {
        guard includingControl || hasUserDefined else { return nil }
        let starts = includingControl ? startsAny : startsUserDefined
        let limit = limit ?? text.count
        var index = start
        while index < limit {
            guard starts[Int(text[index])],
                let match = longest(in: text, at: index, limit: limit, includingControl: includingControl)
            else {
                index += 1
                continue
            }
            guard let wanted = surroundings[match.identifier] else { return match }
            if let match = match.extended(in: text, from: start, limit: limit, wanted) { return match }
            index = match.range.upperBound
        }
        return nil
    }

    /// The token whose text is exactly `piece`.
    func identifier(of piece: [UInt8]) -> Int32? {
        var node = 0
        for byte in piece {
            guard let child = children[UInt64(node) << 8 | UInt64(byte)] else { return nil }
            node = Int(child)
        }
        return nodes[node].any
    }

    private func longest(in text: [UInt8], at start: Int, limit: Int, includingControl: Bool) -> Match? {
        var node = 0
        var index = start
        var best: Match?
        while index < limit, let child = children[UInt64(node) << 8 | UInt64(text[index])] {
            node = Int(child)
            index += 1
            if let identifier = includingControl ? nodes[node].any : nodes[node].userDefined {
                best = Match(identifier: identifier, range: start..<index)
            }
        }
        return best
    }
}

extension SpecialTokens.Match {
    /// The match with the white space that belongs to it; nil where it does not count.
    fileprivate func extended(
        in text: [UInt8], from start: Int, limit: Int, _ wanted: SpecialTokens.Surroundings
    ) -> SpecialTokens.Match? {
        var first = range.lowerBound
        var last = range.upperBound
        if wanted.isSingleWord {
            let before = first > 0 ? UTF8Unit(text, endingAt: first).scalar : ScalarSet.illFormed
            let after = last < limit ? UTF8Unit(text, at: last, limit: limit).scalar : ScalarSet.illFormed
            guard !CharacterProperties.standardWordCharacters.contains(before), !CharacterProperties.standardWordCharacters.contains(after)
            else { return nil }
        }
        while wanted.takesSpaceBefore, first > start {
            let unit = UTF8Unit(text, endingAt: first)
            guard CharacterProperties.whiteSpace.contains(unit.scalar), first - unit.length >= start else { break }
            first -= unit.length
        }
        while wanted.takesSpaceAfter, last < limit {
            let unit = UTF8Unit(text, at: last, limit: limit)
            guard CharacterProperties.whiteSpace.contains(unit.scalar) else { break }
            last += unit.length
        }
        return SpecialTokens.Match(identifier: identifier, range: first..<last)
    }
}
