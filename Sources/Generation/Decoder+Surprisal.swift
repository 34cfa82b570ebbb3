import KeyValues
import Models
import Tensors

extension Models.Decoder {
    /// How surprising tokens are: `-ln P(token | all before it)`. The first one is predicted from what the cache kept of the chunk before,
    /// which is then what this one ends with; nil if there was none.
    /// - Parameter states: the state after each token.
    func surprisals(of tokens: ArraySlice<Int32>, states: Tensor, cache: KeyValueCache) throws -> [Float?] {
        let before = cache.lastState.map { Tensor(rows: 1, columns: $0.count, $0) }
        let first = try before.map { Float(try losses(of: tokens.prefix(1), after: $0)[0]) }
        let others = try losses(of: tokens.dropFirst(), after: states).map { Float($0) as Float? }
        cache.lastState = states.withRow(states.rows - 1, Array.init)
        return [first] + others
    }

    /// The negative log-likelihood of each token, in nats, by the state in the row of the same number. Logits are made for a few rows at a
    /// time: those of a whole chunk would fill hundreds of megabytes.
    func losses(of tokens: ArraySlice<Int32>, after states: Tensor) throws -> [Double] {
        let tokens = Array(tokens), rowsAtOnce = 32
        var losses: [Double] = []
        for first in stride(from: 0, to: tokens.count, by: rowsAtOnce) {
            let rows = first..<min(first + rowsAtOnce, tokens.count)
            let logits = try logits(states.rows(rows))
            for (offset, row) in rows.enumerated() {
                losses.append(-(try logits.withRow(offset) { try LogProbabilities.logProbability(of: tokens[row], in: $0) }))
            }
        }
        return losses
    }
}
