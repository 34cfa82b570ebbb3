import KeyValues
import Tensors

/// What blocks of keys are worth to the queries of a layer that choose among them, by the vectors that stand for the blocks.
struct BlockWorth {
    let queries: LayerQueries
    /// At which blocks are shown.
    let distance: Int
    let cache: KeyValueCache

    /// Queries of a run that have a say, evenly spread up to the last: neighbours want much the same, and each looks at every block.
    static let mostVoters = 32

    /// - Parameters:
    ///   - representatives: of each query head a row for each block.
    ///   - count: blocks to choose from.
    func of(_ representatives: [GrowingMatrix], count: Int, by choice: InfLLM.Choice) -> [Float] {
        let scores = representatives.indices.map { self.scores(of: representatives[$0].matrix(rows: count), head: $0, by: choice) }
        switch choice {
        case .mean:
            return combined(scores) { worth, scores in
                for block in worth.indices { worth[block] += scores[block] }
            }
        case .share:
            for scores in scores { share(scores) }
            return combined(scores) { worth, scores in
                // A plain comparison, since `max` is not made into vectors.
                for block in worth.indices { worth[block] = scores[block] > worth[block] ? scores[block] : worth[block] }
            }
        }
    }

    /// Dot products of queries, turned to the distance, with the vectors of the blocks: `[queries that have a say, blocks]`.
    private func scores(of vectors: Matrix, head: Int, by choice: InfLLM.Choice) -> Tensor {
        let dimension = cache.layout(layer: queries.layer).paddedKeyDim, rotary = cache.rotary[queries.layer]
        let paired = queries.paired(queryHead: head, in: cache), rows = queries.values.rows
        let probes =
            switch choice {
            case .mean: rotary.turned(paired.meanRow(0..<rows, columns: dimension), by: distance)
            case .share: voters.flatMap { rotary.turned(Array(paired[$0 * dimension..<($0 + 1) * dimension]), by: distance) }
            }
        let scores = Tensor(rows: probes.count / dimension, columns: vectors.rows)
        queries.compute.multiply(Tensor(rows: scores.rows, columns: dimension, probes), vectors, into: scores)
        cache.count(AttentionCount(compared: scores.rows * scores.columns))
        return scores
    }

    private var voters: [Int] {
        let rows = queries.values.rows, count = min(rows, Self.mostVoters)
        return (1...count).map { $0 * rows / count - 1 }
    }

    /// Turns scores into what each query would share out among the blocks.
    private func share(_ scores: Tensor) {
        queries.compute.scale(scores, by: queries.rule.scale)
        if let cap = queries.rule.softCap { queries.compute.softCap(scores, cap) }
        queries.compute.softmax(scores)
    }

    /// One number for each block of those of all heads and queries.
    private func combined(
        _ scores: [Tensor], _ add: (UnsafeMutableBufferPointer<Float>, UnsafeBufferPointer<Float>) -> Void
    ) -> [Float] {
        var worth = scores[0].withRow(0, Array.init)
        worth.withUnsafeMutableBufferPointer { worth in
            for (head, scores) in scores.enumerated() {
                for row in (head == 0 ? 1 : 0)..<scores.rows { scores.withRow(row) { add(worth, $0) } }
            }
        }
        return worth
    }
}
