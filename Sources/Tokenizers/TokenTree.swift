import Synchronization

/// The texts of all tokens as one tree of bytes: what may be said next is found in one walk over the vocabulary, which passes over all
/// tokens at once that begin with what may not.
///
/// Nodes lie in the order of a walk that goes down before it goes on, so that a walk reads memory from front to back, and a subtree is a
/// run of nodes. 16 bytes a node; a vocabulary of 150,000 tokens has about 400,000.
package final class TokenTree: Sendable {
    package struct Node: Sendable {
        /// What leads here from the node above.
        package let byte: UInt8
        /// Bytes from the root to here, 1 for those below it.
        package let depth: Int32
        /// The first node that does not lie below this one.
        package fileprivate(set) var end: Int32
        /// Where in `tokens` those begin whose text ends here; they end where those of the next node begin.
        package let firstToken: Int32
    }

    /// All nodes but the root.
    package let nodes: [Node]
    /// Tokens in the order of their texts.
    package let tokens: [Int32]
    /// The most bytes of any text.
    package let depth: Int

    /// - Parameter texts: what the tokens say; empty texts are left out.
    package init(_ texts: [(token: Int32, text: ArraySlice<UInt8>)]) {
        let sorted = texts.filter { !$0.text.isEmpty }.map { SortedText(token: $0.token, text: $0.text) }.sorted()
        var nodes: [Node] = [], path: [Int] = [], previous: ArraySlice<UInt8> = []
        for (place, entry) in sorted.enumerated() {
            let shared = zip(entry.text, previous).prefix { $0 == $1 }.count
            for closed in path.dropFirst(shared) { nodes[closed].end = Int32(nodes.count) }
            path.removeLast(path.count - shared)
            for byte in entry.text.dropFirst(shared) {
                path.append(nodes.count)
                nodes.append(Node(byte: byte, depth: Int32(path.count), end: 0, firstToken: Int32(place)))
            }
            previous = entry.text
        }
        for closed in path { nodes[closed].end = Int32(nodes.count) }
        self.nodes = nodes
        tokens = sorted.map(\.token)
        depth = sorted.map(\.text.count).max() ?? 0
    }

    /// The tokens whose text ends at a node.
    package func tokens(at node: Int) -> ArraySlice<Int32> {
        let end = node + 1 < nodes.count ? Int(nodes[node + 1].firstToken) : tokens.count
        return tokens[Int(nodes[node].firstToken)..<end]
    }
}

/// A text with its first eight bytes as a number, which decide most comparisons.
private struct SortedText: Comparable {
    let token: Int32
    let text: ArraySlice<UInt8>
    private let beginning: UInt64

    init(token: Int32, text: ArraySlice<UInt8>) {
        self.token = token
        self.text = text
        let first = text.prefix(8)
        beginning = first.reduce(0) { $0 << 8 | UInt64($1) } << UInt64(8 * (8 - first.count))
    }

    static func < (one: SortedText, other: SortedText) -> Bool {
        if one.beginning != other.beginning { return one.beginning < other.beginning }
        if one.text.elementsEqual(other.text) { return one.token < other.token }
        return one.text.lexicographicallyPrecedes(other.text)
    }

    static func == (one: SortedText, other: SortedText) -> Bool { one.token == other.token }
}

/// The tree of a tokenizer, which copies of the tokenizer share, made when it is first asked for.
final class SharedTokenTree: Sendable {
    private let tree = Mutex<TokenTree?>(nil)

    func get(_ make: () -> TokenTree) -> TokenTree {
        tree.withLock { tree in
            if let tree { return tree }
            let made = make()
            tree = made
            return made
        }
    }
}

extension Tokenizer {
    /// The tokens that say something in the midst of a text, as a tree of their texts. Made once for a tokenizer and all of its copies.
    package var tokenTree: TokenTree {
        sharedTree.get {
            let texts = model.texts
            return TokenTree((0..<Int32(types.count)).filter(isText).map { ($0, texts[Int($0)]) })
        }
    }

    /// Whether the token says a piece of text, and is no mark between stretches of it.
    package func isText(_ id: Int32) -> Bool {
        guard types.indices.contains(Int(id)) else { return false }
        return switch types[Int(id)] {
        case .normal, .byte: true
        case .userDefined: userDefinedPiecesAreText
        case .control, .unknown, .unused: false
        }
    }
}
