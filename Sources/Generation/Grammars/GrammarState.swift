/// How far a reply has come in a grammar. A value: a copy goes on by itself, and costs next to nothing.
package struct GrammarState: Sendable {
    private let grammar: ReplyGrammar
    private let ends: Set<Int32>
    private var situation: Situation
    /// The rules that wait below the situation, the innermost last.
    private var frames: [Frame] = []
    private var hasEnded = false

    init(_ grammar: ReplyGrammar, situation: Situation, ends: Set<Int32>) {
        self.grammar = grammar
        self.ends = ends
        self.situation = situation
        frames = self.situation.takeCommonFrames()
    }

    /// Whether the reply is complete as it stands.
    package var mayEnd: Bool { situation.returns }

    /// Whether nothing can be added to the reply.
    package var mustEnd: Bool { hasEnded || situation.paths.isEmpty }

    /// Makes `mask` that of the tokens that may come next: every token of text whose bytes can follow, even where it ends inside a
    /// character, and the tokens that end generation exactly where the reply may end. Other special tokens never may.
    package mutating func allow(in mask: inout TokenMask) {
        mask.removeAll()
        guard !hasEnded else { return }
        if mayEnd { for end in ends { mask.insert(end) } }
        if !situation.paths.isEmpty { grammar.allow(after: situation, above: frames, in: &mask) }
    }

    /// Goes on by a token that was chosen.
    /// - Returns: whether it may come; if not, nothing changes.
    @discardableResult
    package mutating func accept(_ token: Int32) -> Bool {
        guard !hasEnded else { return false }
        if ends.contains(token) {
            hasEnded = mayEnd
            return mayEnd
        }
        guard let next = grammar.situation(after: situation, above: frames, reading: token) else { return false }
        (situation, frames) = next
        return true
    }
}
