import Attention
import Diagnostics
import KeyValues
import Models
import Tensors

/// The heads that look back to what was said before: found by a copying test, used to show an answer's sources.
///
/// The model reads random tokens twice. While it reads them again, a head that looks things up attends from each token to
/// the one that followed its first occurrence (the induction pattern); its score is the mean probability that it puts there.
package struct RetrievalHeads: Codable, Sendable, Equatable {
    package struct Head: Codable, Sendable, Equatable {
        package let layer: Int
        /// Query head.
        package let head: Int
        /// Mean probability on the token to copy, 0 to 1.
        package let score: Double
    }

    /// Best first.
    package let heads: [Head]

    /// Tokens that are repeated; fewer where the model's window is short.
    private static let copiedTokens = 128
    /// At most this share of all heads counts as looking things up.
    private static let largestShare = 0.05
    private static let fewestHeads = 4

    /// Runs the copying test.
    ///
    /// - Throws: `AttentionNotANumber` for a model whose weights are damaged.
    static func find(in decoder: Decoder, arena: PageArena) throws -> RetrievalHeads {
        let scores = try scores(in: decoder, arena: arena)
        let count = min(scores.count, max(fewestHeads, Int(Double(scores.count) * largestShare)))
        return RetrievalHeads(
            heads: Array(scores.sorted { ($1.score, $0.layer, $0.head) < ($0.score, $1.layer, $1.head) }.prefix(count)))
    }

    /// The scores of all query heads, layer by layer.
    /// - Throws: `AttentionNotANumber`.
    static func scores(in decoder: Decoder, arena: PageArena) throws -> [Head] {
        let copied = max(1, min(copiedTokens, decoder.configuration.contextLength / 2))
        let once = randomTokens(copied, decoder: decoder)
        let test = CopyingTest(decoder: decoder, copied: copied)
        let cache = try decoder.makeCache(decoder.cacheSpec(keyType: .f32, valueType: .f32), arena: arena)
        _ = try decoder.states(tokens: once + once, cache: cache, policy: FullAttention(), wanted: .none, observer: test)
        if let odd = test.scores.first(where: { !$0.score.isFinite }) { throw AttentionNotANumber(layer: odd.layer) }
        return test.scores
    }

    /// The query heads of one layer that are among the chosen.
    func heads(inLayer layer: Int) -> [Head] { heads.filter { $0.layer == layer } }

    /// Ordinary tokens in an order that no text has, the same for every run.
    private static func randomTokens(_ count: Int, decoder: Decoder) -> [Int32] {
        let all = Array(0..<Int32(decoder.tokenizer.vocabularyCount)), ordinary = all.filter { !decoder.tokenizer.isSpecial($0) }
        let chosen = ordinary.isEmpty ? all : ordinary
        var random = RandomSource(seed: 1)
        return (0..<count).map { _ in chosen[Int(random.next() % UInt64(chosen.count))] }
    }
}

/// A model attends to nothing that could be measured.
struct AttentionNotANumber: Failure {
    let layer: Int

    var kind: FailureKind { .badData }

    var description: String {
        "the attention of layer \(layer) is not a number; the model file may be damaged, which its checksum would show"
    }
}

/// Collects, layer by layer, how much each head attends to the token to copy.
private final class CopyingTest: AttentionObserver {
    private let decoder: Decoder
    private let copied: Int
    private(set) var scores: [RetrievalHeads.Head] = []

    init(decoder: Decoder, copied: Int) {
        self.decoder = decoder
        self.copied = copied
    }

    func observe(_ attention: LayerAttention) throws {
        // Only the tokens of the second time are this far from the one that followed their first occurrence.
        let followers = KeySpan(1..<copied, band: Band(lowest: copied - 1, highest: copied - 1))
        for keyValueHead in 0..<decoder.configuration.keyValueHeads where copied > 1 {
            let masses = try attention.masses(
                head: keyValueHead, span: followers, rows: 0..<attention.queries.rows, compute: decoder.compute)
            for row in 0..<masses.rows {
                let sum = (0..<masses.columns).reduce(0.0) { $0 + Double(masses[row, $1]) }
                let head = keyValueHead * attention.group + row
                scores.append(.init(layer: attention.layer, head: head, score: sum / Double(copied - 1)))
            }
        }
    }
}
