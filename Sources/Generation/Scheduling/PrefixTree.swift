/// What is kept for a run of tokens, and serves every beginning of it too.
protocol PrefixValue {
    /// The same for the first tokens alone; nil where it cannot be cut there.
    func cut(to length: Int) -> Self?
}

/// A radix tree over tokens: what was read once is found again by whoever begins alike (RadixAttention, Zheng et al. 2024).
///
/// Values stand where paths end. A path that goes on from another's end takes its place, since it serves that too. Where paths part there is
/// a node without a value, and each node knows when its tokens were last used: what was used least recently is taken away from
/// the leaves, so that a beginning which many share stays longer than what each of them went on with.
final class PrefixTree<Value: PrefixValue> {
    private final class Node {
        /// The tokens that lead here from the parent.
        var edge: ArraySlice<Int32>
        /// Tokens from the root to here.
        var depth: Int
        var children: [Int32: Node] = [:]
        var value: Value?
        var lastUse = 0
        weak var parent: Node?

        init(edge: ArraySlice<Int32>, depth: Int, parent: Node?) {
            self.edge = edge
            self.depth = depth
            self.parent = parent
        }
    }
    private let root = Node(edge: [], depth: 0, parent: nil)
    private var clock = 0
    /// Values that are kept.
    private(set) var count = 0

    /// The longest beginning of `tokens` that a value serves.
    func longestPrefix(of tokens: some Collection<Int32>) -> (length: Int, value: Value)? {
        let (node, matched) = walk(Array(tokens)[...])
        // Behind the place where the paths part any value will do, before it only those that end there.
        if matched > 0, let value = anyValue(below: node)?.cut(to: matched) { return (matched, value) }
        var place: Node? = node
        while let here = place {
            if here.depth <= matched, let value = here.value { return here.depth > 0 ? (here.depth, value) : nil }
            place = here.parent
        }
        return nil
    }

    /// How many of the first tokens are known, whether or not anything serves them; using none of them.
    func commonLength(with tokens: some Collection<Int32>) -> Int {
        var node = root, rest = Array(tokens)[...], length = 0
        while let first = rest.first, let child = node.children[first] {
            let common = zip(child.edge, rest).prefix { $0 == $1 }.count
            length += common
            guard common == child.edge.count else { break }
            rest = rest.dropFirst(common)
            node = child
        }
        return length
    }

    /// Keeps a value for tokens, unless what is kept serves them already.
    func insert(_ tokens: [Int32], _ value: Value) {
        guard !tokens.isEmpty else { return }
        let (node, matched) = walk(tokens[...])
        let end = split(node, at: matched)
        guard matched < tokens.count else {
            if anyValue(below: end)?.cut(to: matched) == nil { put(value, at: end) }
            return
        }
        let leaf = Node(edge: tokens[matched...], depth: tokens.count, parent: end)
        leaf.lastUse = clock
        end.children[tokens[matched]] = leaf
        put(value, at: leaf)
        // What the longer path serves need not be kept for the shorter one.
        if end.value != nil, value.cut(to: end.depth) != nil { take(from: end) }
    }

    /// Takes away the end of a path that was used least recently; what is left of the path stays for others.
    /// - Returns: whether there was any.
    func removeLeastRecent() -> Bool {
        guard let leaf = leaves(of: root).min(by: { $0.lastUse < $1.lastUse }), let parent = leaf.parent else { return false }
        let value = leaf.value
        take(from: leaf)
        if let first = leaf.edge.first { parent.children[first] = nil }
        if parent !== root, parent.value == nil, parent.children.isEmpty {
            if let rest = value?.cut(to: parent.depth) { put(rest, at: parent) } else { prune(parent) }
        }
        return true
    }

    // MARK: Nodes

    /// Follows tokens as far as they are known, marking what they use.
    /// - Returns: the node at or behind the place where they part, and how many of them led there.
    private func walk(_ tokens: ArraySlice<Int32>) -> (node: Node, matched: Int) {
        clock += 1
        var node = root, matched = 0
        while matched < tokens.count, let child = node.children[tokens[matched]] {
            let common = zip(child.edge, tokens[matched...]).prefix { $0 == $1 }.count
            matched += common
            if common < child.edge.count {
                // Only the part that was used is as recent as this use.
                return (split(child, at: matched, lastUse: clock), matched)
            }
            child.lastUse = clock
            node = child
        }
        return (node, matched)
    }

    /// The node that ends after so many tokens, made where the edge to `node` goes on.
    private func split(_ node: Node, at depth: Int, lastUse: Int? = nil) -> Node {
        guard depth < node.depth, let parent = node.parent, let first = node.edge.first else { return node }
        let own = depth - parent.depth
        guard own > 0 else { return parent }
        let upper = Node(edge: node.edge.prefix(own), depth: depth, parent: parent)
        upper.lastUse = lastUse ?? node.lastUse
        parent.children[first] = upper
        node.edge = node.edge.dropFirst(own)
        node.parent = upper
        if let next = node.edge.first { upper.children[next] = node }
        return upper
    }

    private func put(_ value: Value, at node: Node) {
        if node.value == nil { count += 1 }
        node.value = value
    }

    private func take(from node: Node) {
        if node.value != nil { count -= 1 }
        node.value = nil
    }

    /// Removes nodes that lead nowhere.
    private func prune(_ node: Node) {
        var node = node
        while let parent = node.parent, node.value == nil, node.children.isEmpty, let first = node.edge.first {
            parent.children[first] = nil
            node = parent
        }
    }

    private func anyValue(below node: Node) -> Value? {
        var node = node
        while node.value == nil, let child = node.children.values.first { node = child }
        return node.value
    }

    private func leaves(of node: Node) -> [Node] {
        node.children.isEmpty ? (node === root ? [] : [node]) : node.children.values.flatMap(leaves)
    }
}
