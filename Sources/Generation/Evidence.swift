import Attention
import KeyValues
import Models
import Tensors

/// What an answer rests on: how much its tokens attended to each token of the text, over the heads that look things up.
///
/// The frame's opening and the sinks (the text's very first tokens, which receive what attention has no use for) are left out.
final class Evidence: AttentionObserver {
    private let decoder: Decoder
    private let heads: RetrievalHeads
    private let text: ReadText
    /// Attention that each token of the text received.
    private var masses: [Double]

    /// Tokens at the very beginning that act as sinks whatever they say.
    private static let sinkTokens = 4

    init(decoder: Decoder, heads: RetrievalHeads, text: ReadText) {
        self.decoder = decoder
        self.heads = heads
        self.text = text
        masses = Array(repeating: 0, count: text.textTokens)
    }

    func observe(layer: Int, queries: Tensor, firstPosition: Int, result: AttentionResult, cache: KeyValueCache) throws {
        let first = max(text.openingTokens, Self.sinkTokens)
        guard first < text.tokens.count else { return }
        for head in heads.heads(inLayer: layer) {
            // Of a run of tokens only the last is about to be answered.
            let received = try decoder.compute.attentionMass(
                queries: queries, row: queries.rows - 1, head: head.head, layer: layer, cache: cache, slots: first..<text.tokens.count,
                firstPosition: firstPosition, result: result)
            for (offset, mass) in received.enumerated() {
                masses[first + offset - text.openingTokens] += Double(mass) * head.score
            }
        }
    }

    /// The passages that received most, most first.
    func passages(_ count: Int) -> [Passage] {
        let finder = PassageFinder(text: text.documents.bytes, tokenEnds: text.ends)
        return finder.passages(count, masses: masses).flatMap { found in
            text.documents.sources(of: found.range).map { source in
                let bytes = text.documents.bytes[found.range]
                return Passage(
                    file: source.name, start: source.range.lowerBound, end: source.range.upperBound,
                    text: String(decoding: bytes, as: UTF8.self), weight: found.weight)
            }
        }
    }
}
