/// Puts a grammar together from its ends: each part is told the node at which the text goes on.
struct GrammarBuilder {
    /// Beyond this many nodes a schema is refused: about 20 MB.
    static let mostNodes = 200_000

    private(set) var nodes: [GrammarNode] = [.end]
    /// Nodes with one edge, which many characters share.
    private var steps: [ByteEdge: Int32] = [:]
    /// Rules that are the same in every grammar, made when first used.
    private var rules: [SharedRule: Int32] = [:]

    /// Rules that do not depend on the schema.
    enum SharedRule: Hashable {
        case space, value, string, character
    }

    // MARK: - Nodes

    mutating func add(_ node: GrammarNode) throws(GrammarError) -> Int32 {
        guard nodes.count < Self.mostNodes else {
            throw GrammarError(.tooLarge(what: "places in its grammar", most: Self.mostNodes), at: "#")
        }
        nodes.append(node)
        return Int32(nodes.count - 1)
    }

    /// A node to be filled later, so that others can lead to it. Until then it leads nowhere.
    mutating func reserve() throws(GrammarError) -> Int32 { try add(.either([])) }

    mutating func fill(_ reserved: Int32, with node: GrammarNode) { nodes[Int(reserved)] = node }

    mutating func either(_ choices: [Int32]) throws(GrammarError) -> Int32 {
        if choices.count == 1 { return choices[0] }
        return try add(.either(choices))
    }

    /// - Returns: the rule itself where nothing comes after it, so that the stack does not grow.
    mutating func call(_ rule: Int32, then: Int32) throws(GrammarError) -> Int32 {
        if then == ByteGrammar.end { return rule }
        return try add(.call(rule, then: then))
    }

    /// One byte of a range. Equal steps are one node.
    mutating func step(_ bytes: ClosedRange<UInt8>, then: Int32) throws(GrammarError) -> Int32 {
        let edge = ByteEdge(bytes: bytes, next: then)
        if let known = steps[edge] { return known }
        let node = try add(.bytes([edge]))
        steps[edge] = node
        return node
    }

    mutating func text(_ bytes: some BidirectionalCollection<UInt8>, then: Int32) throws(GrammarError) -> Int32 {
        var node = then
        for byte in bytes.reversed() { node = try step(byte...byte, then: node) }
        return node
    }

    mutating func text(_ text: String, then: Int32) throws(GrammarError) -> Int32 {
        try self.text(Array(text.utf8), then: then)
    }

    /// Up to `most` bytes of a range.
    mutating func upTo(_ most: Int, _ bytes: ClosedRange<UInt8>, then: Int32) throws(GrammarError) -> Int32 {
        var node = then
        for _ in 0..<most { node = try either([then, step(bytes, then: node)]) }
        return node
    }

    /// Any one of several texts. They share their beginnings, so that thousands of them cost no more than one in a walk.
    mutating func anyText(of texts: [String], then: Int32) throws(GrammarError) -> Int32 {
        let sorted = texts.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        return try anyText(sorted[...], from: 0, then: then)
    }

    private mutating func anyText(_ texts: ArraySlice<[UInt8]>, from depth: Int, then: Int32) throws(GrammarError) -> Int32 {
        if let only = texts.first, texts.last == only { return try text(only.dropFirst(depth), then: then) }
        var shared = depth
        while let first = texts.first, shared < first.count, texts.last?[shared] == first[shared] { shared += 1 }
        if shared > depth, let first = texts.first {
            return try text(first[depth..<shared], then: anyText(texts, from: shared, then: then))
        }
        var edges: [ByteEdge] = [], choices: [Int32] = []
        var rest = texts
        if rest.first?.count == depth { choices.append(then) }
        rest = rest.drop { $0.count == depth }
        while let first = rest.first {
            let run = rest.prefix { $0[depth] == first[depth] }
            edges.append(ByteEdge(bytes: first[depth]...first[depth], next: try anyText(run, from: depth + 1, then: then)))
            rest = rest.dropFirst(run.count)
        }
        return try either(choices + [add(.bytes(edges))])
    }

    // MARK: - Shared rules

    /// The rule of that name, made at the first call. It may use itself.
    mutating func rule(
        _ name: SharedRule, _ make: (inout GrammarBuilder) throws(GrammarError) -> Int32
    ) throws(GrammarError) -> Int32 {
        if let known = rules[name] { return known }
        let entry = try reserve()
        rules[name] = entry
        fill(entry, with: .either([try make(&self)]))
        return entry
    }

    /// White space: none, one space, or a line break and up to twenty spaces, so that a model may lay its reply out and cannot go on with
    /// nothing for ever.
    mutating func space(then: Int32) throws(GrammarError) -> Int32 {
        let rule = try rule(.space) { (builder) throws(GrammarError) in
            let indentation = try builder.upTo(20, 0x20...0x20, then: ByteGrammar.end)
            return try builder.either([
                ByteGrammar.end, builder.text(" ", then: ByteGrammar.end), builder.text("\n", then: indentation),
            ])
        }
        return try call(rule, then: then)
    }
}
