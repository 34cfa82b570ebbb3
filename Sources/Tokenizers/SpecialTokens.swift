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
    func next(in text: [UInt8], from start: Int, includingControl: Bool) -> Match? {
        guard includingControl || hasUserDefined else { return nil }
        let starts = includingControl ? startsAny : startsUserDefined
        var index = start
        while index < text.count {
            if starts[Int(text[index])], let match = longest(in: text, at: index, includingControl: includingControl) {
                return match
            }
            index += 1
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

    private func longest(in text: [UInt8], at start: Int, includingControl: Bool) -> Match? {
        var node = 0
        var index = start
        var best: Match?
        while index < text.count, let child = children[UInt64(node) << 8 | UInt64(text[index])] {
            node = Int(child)
            index += 1
            if let identifier = includingControl ? nodes[node].any : nodes[node].userDefined {
                best = Match(identifier: identifier, range: start..<index)
            }
        }
        return best
    }
}
