import Tensors

/// One expert that a row was sent to, and how much its answer weighs.
package struct ExpertChoice: Sendable {
    package let row: Int
    package let expert: Int
    package let weight: Float
}

extension ExpertLayer {
    /// What experts each row uses, those of one row in ascending order.
    ///
    /// - Parameter logits: the router's, `[rows, experts]`. With a softmax over all experts they become its probabilities.
    package func choices(_ logits: Tensor, _ compute: Compute) -> [ExpertChoice] {
        if case .softmaxOverAll = routing { compute.softmax(logits) }
        return (0..<logits.rows).flatMap { row in
            let scores = logits.withRow(row, Array.init)
            let chosen = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(used).sorted()
            return zip(chosen, weights(chosen.map { scores[$0] }, compute)).map { ExpertChoice(row: row, expert: $0, weight: $1) }
        }
    }

    private func weights(_ scores: [Float], _ compute: Compute) -> [Float] {
        switch routing {
        case .softmaxOverAll(normalised: false): return scores
        case .softmaxOverAll(normalised: true):
            let total = scores.reduce(0, +)
            return scores.map { $0 / total }
        case .softmaxOverChosen:
            let row = Tensor(rows: 1, columns: scores.count, scores)
            compute.softmax(row)
            return row.array
        }
    }
}

extension [ExpertChoice] {
    /// By the expert, in ascending order; those of one expert in the order of their rows.
    package var byExpert: [(expert: Int, choices: [ExpertChoice])] {
        Dictionary(grouping: self, by: \.expert).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
