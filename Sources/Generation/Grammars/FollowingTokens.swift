import Tokenizers

/// The tokens that can follow in a situation, as far as that depends on the situation alone.
struct FollowingTokens {
    /// Those that can come whatever waits below, in no order.
    private(set) var tokens: [Int32] = []
    /// The same as a mask, where they are many.
    private(set) var mask: TokenMask?
    /// Nodes of the vocabulary's tree at which the situation returns to what waits below, by the situation in which it does so. How tokens go
    /// on from there has to be looked at anew in every place.
    private(set) var returns: [Int32: [Int32]] = [:]

    /// Beyond this share of the vocabulary a mask is smaller than a list.
    private static let sparseShare = 32

    mutating func add(_ found: ArraySlice<Int32>) { tokens += found }

    mutating func addReturn(in situation: Int32, at node: Int) { returns[situation, default: []].append(Int32(node)) }

    /// Takes the smaller form.
    mutating func compact(vocabulary: Int) {
        guard tokens.count > vocabulary / Self.sparseShare else { return }
        var mask = TokenMask(tokenCount: vocabulary)
        for token in tokens { mask.insert(token) }
        (self.mask, tokens) = (mask, [])
    }

    /// Allows the tokens in a mask.
    func insert(into result: inout TokenMask) {
        if let mask { result.formUnion(mask) }
        for token in tokens { result.insert(token) }
    }

    var byteCount: Int {
        4 * tokens.count + (mask?.tokenCount ?? 0) / 8 + returns.values.reduce(256) { $0 + 4 * $1.count }
    }
}

extension TextWalk {
    /// The tokens that can follow in a situation, whatever waits below it.
    mutating func tokens(following situation: Int32, in tree: TokenTree) -> FollowingTokens {
        var following = FollowingTokens()
        frames = WaitingFrames()
        let place = TextPlace(situation: situation, frame: WaitingFrames.bottom)
        walk(tree, tree.nodes.indices, from: place) {
            following.add($0)
        } atReturn: { node, place in
            following.addReturn(in: place.situation, at: node)
            return true
        }
        return following
    }

    /// Goes over nodes of the tree as far as their bytes can come.
    ///
    /// - Parameters:
    ///   - nodes: the subtrees below one node.
    ///   - found: receives the tokens whose texts can come.
    ///   - atReturn: asked at nodes where the text returns and no frame waits; whether what lies below is left out.
    mutating func walk(
        _ tree: TokenTree, _ nodes: Range<Int>, from place: TextPlace, found: (ArraySlice<Int32>) -> Void,
        atReturn: (Int, TextPlace) -> Bool
    ) {
        guard let first = nodes.first else { return }
        let depth = Int(tree.nodes[first].depth) - 1
        var places = [TextPlace](repeating: place, count: tree.depth - depth + 1)
        var index = first
        while index < nodes.upperBound {
            let node = tree.nodes[index]
            let level = Int(node.depth) - depth
            let above = places[level - 1]
            let entry = table.entry(above.situation, node.byte)
            guard entry != SituationTable.dead else {
                index = Int(node.end)
                continue
            }
            var next = TextPlace(situation: entry, frame: above.frame)
            var isLeft = false
            if entry < 0 {
                next = settled(table.move(entry), above: above.frame)
                isLeft = table.returns(next.situation) && atReturn(index, next)
            }
            let tokens = tree.tokens(at: index)
            if !tokens.isEmpty { found(tokens) }
            places[level] = next
            index = isLeft ? Int(node.end) : index + 1
        }
    }
}
