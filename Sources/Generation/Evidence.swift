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
    /// Which token of the text each one behind the opening is, where not all were read.
    private let places: [Int]?
    /// Attention that each token of the text received.
    private var masses: [Double]

    /// Tokens at the very beginning that act as sinks whatever they say.
    private static let sinkTokens = 4

    /// - Parameter shown: the runs of the text that were read, in the order in which they stand behind the opening; `nil` for all of it.
    init(decoder: Decoder, heads: RetrievalHeads, text: ReadText, shown: [Range<Int>]? = nil) {
        places = shown.map { Array($0.joined()) }
        self.decoder = decoder
        self.heads = heads
        self.text = text
        masses = Array(repeating: 0, count: text.textTokens)
    }

    func observe(_ attention: LayerAttention) throws {
        let first = max(self.text.openingTokens, Self.sinkTokens), end = self.text.openingTokens + (places?.count ?? self.text.textTokens)
        let chosen = heads.heads(inLayer: attention.layer)
        // A text may be shorter than the sinks.
        guard first < end, !chosen.isEmpty else { return }
        let text = first..<end
        // Of a run of tokens only the last is about to be answered.
        let last = attention.queries.rows - 1..<attention.queries.rows
        for (keyValueHead, heads) in Dictionary(grouping: chosen, by: { $0.head / attention.group }) {
            let spans = attention.plan(head: keyValueHead, rows: last).spans.flatMap(\.dense)
            // Slots are tokens of the text, unless the method has moved those of some to the front.
            let moved = attention.cache.memory?.movedTokens ?? []
            for span in spans.map({ $0.clamped(to: moved.isEmpty ? text : 0..<end) }) where !span.slots.isEmpty {
                let received = try attention.masses(head: keyValueHead, span: span, rows: last, compute: decoder.compute)
                let tokens = span.slots.map { $0 < moved.count ? Int(moved[$0]) : $0 }
                for head in heads { add(received, row: head.head % attention.group, weight: head.score, of: tokens, in: text) }
            }
        }
    }

    private func add(_ received: Tensor, row: Int, weight: Double, of tokens: [Int], in text: Range<Int>) {
        for (column, token) in tokens.enumerated() where text.contains(token) {
            let place = token - self.text.openingTokens
            masses[places?[place] ?? place] += Double(received[row, column]) * weight
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
