import Tokenizers
import Training

/// Text to hide things in: documents end to end as tokens, again and again if more is wanted than there is.
package struct Haystack: Sendable {
    private let tokens: [Int32]
    /// For each token of the vocabulary, whether a sentence may end with it.
    private let endsSentence: [Bool]
    /// The documents.
    let sources: [EvaluationSource]
    /// The same text, out of which the generated benchmarks cut their stretches.
    package let filler: Filler

    /// - Throws: `EvaluationError.shortHaystack` for a text without sentences; errors of encoding.
    package init(_ texts: [CorpusText], tokenizer: Tokenizer) throws {
        let corpus = try TokenCorpus(texts, tokenizer: tokenizer)
        tokens = corpus.tokens.filter { !tokenizer.isSpecial($0) }
        endsSentence = (0..<Int32(tokenizer.vocabularyCount)).map { tokenizer.piece($0).last == UInt8(ascii: ".") }
        guard tokens.contains(where: { [endsSentence] in endsSentence[Int($0)] }) else {
            throw EvaluationError.shortHaystack(tokens: tokens.count)
        }
        sources = texts.map { EvaluationSource(name: $0.name, bytes: $0.bytes) }
        filler = try Filler(corpus, tokenizer: tokenizer)
    }

    /// A made-up log, for who brings no text.
    package static func log(tokenizer: Tokenizer) throws -> Haystack {
        try Haystack([HarbourLog().corpusText], tokenizer: tokenizer)
    }

    /// The first tokens of the text.
    func prefix(_ count: Int) -> [Int32] {
        var cut: [Int32] = []
        cut.reserveCapacity(count)
        while cut.count < count { cut += tokens.prefix(count - cut.count) }
        return cut
    }

    /// Puts tokens in at depths of the text: each just behind the end of the sentence before it, or at the beginning or end of all.
    ///
    /// - Parameters:
    ///   - count: tokens of the whole.
    ///   - items: what is put in, and how deep: 0 is the beginning, 1 the end.
    /// - Returns: the text, and where in it each item stands.
    func text(of count: Int, hiding items: [(tokens: [Int32], depth: Double)]) -> (tokens: [Int32], spans: [Range<Int>]) {
        let hay = prefix(max(0, count - items.reduce(0) { $0 + $1.tokens.count }))
        let places = items.map { item in item.depth >= 1 ? hay.count : sentenceEnd(in: hay, before: Int(Double(hay.count) * item.depth)) }
        var text: [Int32] = [], written = 0, spans = Array(repeating: 0..<0, count: items.count)
        for number in items.indices.sorted(by: { (places[$0], $0) < (places[$1], $1) }) {
            text += hay[written..<places[number]]
            written = places[number]
            spans[number] = text.count..<text.count + items[number].tokens.count
            text += items[number].tokens
        }
        return (text + hay[written...], spans)
    }

    /// The nearest place at or before `place` that a sentence ends at, or the beginning.
    private func sentenceEnd(in hay: [Int32], before place: Int) -> Int {
        var place = place
        while place > 0, !endsSentence[Int(hay[place - 1])] { place -= 1 }
        return place
    }
}
