/// A language of byte strings, as a network of nodes that rules call: a pushdown automaton.
///
/// A rule is what leads from its first node to `.end`. Only what stands between bytes is called (values in objects and arrays), so no rule
/// calls itself before a byte has been read, and the stack grows with the text alone.
struct ByteGrammar: Sendable {
    /// By number. The node `end` is that of `.end`.
    let nodes: [GrammarNode]
    /// Where the text begins.
    let start: Int32

    /// The number of the node at which every rule returns.
    static let end: Int32 = 0
}

/// One place in a grammar.
enum GrammarNode: Sendable {
    /// Reads one byte and goes on where it leads; several edges may take the same byte.
    case bytes([ByteEdge])
    /// Goes on at any of these.
    case either([Int32])
    /// Goes through the rule that begins at the first node, then on at the other.
    case call(Int32, then: Int32)
    case repeated(RepeatedRule)
    /// Returns to where the rule was called.
    case end
}

/// A way on for the bytes of a range.
struct ByteEdge: Sendable, Hashable {
    let bytes: ClosedRange<UInt8>
    let next: Int32
}

/// Goes through a rule several times. How often it has been gone through is counted on the stack, so large counts take no more nodes
/// than small ones.
struct RepeatedRule: Sendable, Hashable {
    let body: Int32
    let least: Int32
    /// nil: without end.
    let most: Int32?
    let then: Int32

    /// The count after one more time, no larger than what can be told apart.
    func next(after count: Int32) -> Int32 {
        most == nil ? min(count + 1, least) : count + 1
    }
}
