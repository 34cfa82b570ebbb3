import ModelFiles
import Synchronization
import Tokenizers

/// What a reply must look like, for one vocabulary: made once, then `begin()` gives the state of each reply that follows it.
///
/// A schema becomes a pushdown automaton over bytes (`ByteGrammar`). Which tokens can come next is found by walking the tree of all tokens'
/// texts together with the automaton (as Willard and Louf 2023, arXiv:2307.09702, do for finite automata), and kept by situation, that is, by
/// what can be said before an outer rule is returned to: most of a reply costs a look-up. What has been found is kept as long as the grammar,
/// so who serves many requests with one schema keeps its grammar.
package final class ReplyGrammar: Sendable {
    /// What has been found is forgotten beyond this many situations, of a kilobyte each.
    fileprivate static let mostSituations = 32_768
    /// What has been found is forgotten beyond this many bytes of tokens.
    fileprivate static let mostBytes = 64 << 20

    private let tokenizer: Tokenizer
    private let tree: TokenTree
    private let grammar: ByteGrammar
    private let memory: Mutex<Memory>

    /// What has been found out so far.
    fileprivate struct Memory {
        var walk: TextWalk
        var following: [Int32: FollowingTokens] = [:]
        var byteCount = 0

        init(_ grammar: ByteGrammar) { walk = TextWalk(table: SituationTable(grammar)) }
    }

    /// A grammar of the documents that a JSON Schema calls valid, with the keys of objects in the order of the schema.
    ///
    /// - Throws: `GrammarError` for a schema that cannot be followed exactly, that allows nothing, or that is too large.
    package convenience init(schema: JSONValue, tokenizer: Tokenizer) throws(GrammarError) {
        self.init(try SchemaCompiler.grammar(of: schema), tokenizer: tokenizer)
    }

    /// A grammar of all JSON objects.
    package static func anyJSON(tokenizer: Tokenizer) throws(GrammarError) -> ReplyGrammar {
        try ReplyGrammar(schema: ["type": "object"], tokenizer: tokenizer)
    }

    init(_ grammar: ByteGrammar, tokenizer: Tokenizer) {
        self.grammar = grammar
        self.tokenizer = tokenizer
        tree = tokenizer.tokenTree
        memory = Mutex(Memory(grammar))
    }

    /// The state before the first token of a reply.
    /// - Parameter ends: tokens that end the reply beside those that end it by the vocabulary.
    package func begin(endedBy ends: Set<Int32> = []) -> GrammarState {
        GrammarState(self, situation: grammar.situation(at: grammar.start), ends: tokenizer.endOfGeneration.union(ends))
    }
}

// MARK: - Steps

extension ReplyGrammar {
    /// Allows the tokens of the vocabulary that can follow in a situation above waiting frames.
    func allow(after situation: Situation, above frames: [Frame], in mask: inout TokenMask) {
        memory.withLock { memory in
            memory.forgetIfLarge(grammar)
            let following = memory.tokens(
                following: memory.walk.table.number(of: situation), in: tree, vocabulary: tokenizer.vocabularyCount)
            following.insert(into: &mask)
            for (returning, nodes) in following.returns {
                memory.walk.frames = WaitingFrames(frames)
                let place = memory.walk.settled(TextPlace(situation: returning, frame: memory.walk.frames.top))
                for node in nodes {
                    let below = Int(node) + 1..<Int(tree.nodes[Int(node)].end)
                    memory.walk.walk(tree, below, from: place) {
                        $0.forEach { mask.insert($0) }
                    } atReturn: { _, _ in
                        false
                    }
                }
            }
        }
    }

    /// Reads a token. Nil if it cannot come.
    func situation(
        after situation: Situation, above frames: [Frame], reading token: Int32
    ) -> (situation: Situation, frames: [Frame])? {
        guard tokenizer.isText(token) else { return nil }
        let text = tokenizer.piece(token)
        guard !text.isEmpty else { return nil }
        return memory.withLock { memory in
            memory.forgetIfLarge(grammar)
            memory.walk.frames = WaitingFrames(frames)
            var place = TextPlace(situation: memory.walk.table.number(of: situation), frame: memory.walk.frames.top)
            for byte in text {
                guard let next = memory.walk.step(place, byte) else { return nil }
                place = next
            }
            return (memory.walk.table.situations[Int(place.situation)], memory.walk.frames.stack(at: place.frame))
        }
    }
}

extension ReplyGrammar.Memory {
    fileprivate mutating func tokens(following situation: Int32, in tree: TokenTree, vocabulary: Int) -> FollowingTokens {
        if let known = following[situation] { return known }
        var found = walk.tokens(following: situation, in: tree)
        found.compact(vocabulary: vocabulary)
        following[situation] = found
        byteCount += found.byteCount
        return found
    }

    fileprivate mutating func forgetIfLarge(_ grammar: ByteGrammar) {
        if walk.table.count > ReplyGrammar.mostSituations || byteCount > ReplyGrammar.mostBytes { self = Self(grammar) }
    }
}
