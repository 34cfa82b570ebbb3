/// How much each key/value head of a model looks back to what was said long ago: high for heads that look things up.
package struct HeadScores: Hashable, Sendable {
    /// `[layers][key/value heads]`.
    package let scores: [[Double]]

    /// Where they come from.
    package enum Source: Hashable, Sendable {
        /// The copying test that finds the heads which look things up.
        case copying
        /// A table of trained gates (Xiao et al., DuoAttention, 2024): text with a line per layer and a number per key/value head, or
        /// safetensors with one tensor `[layers, heads]`.
        case file(String)
    }

    /// - Parameter scores: a number for each key/value head of each layer.
    package init(_ scores: [[Double]]) { self.scores = scores }

    /// Scores of query heads; a key/value head has the best of those that share it.
    package init(ofQueryHeads scores: [[Double]], group: Int) {
        self.scores = scores.map { layer in
            stride(from: 0, to: layer.count, by: group).map { layer[$0..<min($0 + group, layer.count)].max() ?? 0 }
        }
    }

    /// The heads with the lowest scores of the whole model, as many as a share of all: `[layers][heads]`. Of equals the last.
    /// - Parameter percent: 0 to 100.
    package func lowest(percent: Int) -> [[Bool]] {
        let all = scores.indices.flatMap { layer in scores[layer].indices.map { (layer, $0) } }
        let ranked = all.sorted { (scores[$0.0][$0.1], $1.0, $1.1) < (scores[$1.0][$1.1], $0.0, $0.1) }
        var lowest = scores.map { $0.map { _ in false } }
        for (layer, head) in ranked.prefix(all.count * percent / 100) { lowest[layer][head] = true }
        return lowest
    }
}
