#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif
import Tensors

/// `ln(e^a + e^b)`; minus infinity stands for nothing.
func logAddExp(_ a: Float, _ b: Float) -> Float {
    let largest = max(a, b)
    return largest == -.infinity ? largest : largest + log(exp(a - largest) + exp(b - largest))
}

extension AttentionResult {
    /// Joins attention of the same queries to disjoint sets of keys: exact, whatever the sets.
    ///
    /// `L = ln Σ exp(Lₓ)`, `O = Σ exp(Lₓ - L) · Oₓ`; a part in which a row sees nothing weighs 0. (Dao et al., FlashAttention, 2022.)
    package static func merge(_ parts: [AttentionResult]) -> AttentionResult {
        guard let first = parts.first else { preconditionFailure("nothing to merge") }
        let rows = first.outputs.rows, heads = first.logSumExp.columns, dim = first.outputs.columns / heads
        let merged = AttentionResult(
            outputs: Tensor(rows: rows, columns: first.outputs.columns), logSumExp: Tensor(rows: rows, columns: heads))
        for row in 0..<rows {
            for head in 0..<heads {
                let total = parts.reduce(-Float.infinity) { logAddExp($0, $1.logSumExp[row, head]) }
                merged.logSumExp[row, head] = total
                for part in parts where part.logSumExp[row, head] > -.infinity {
                    let weight = exp(part.logSumExp[row, head] - total)
                    for column in head * dim..<(head + 1) * dim { merged.outputs[row, column] += weight * part.outputs[row, column] }
                }
            }
        }
        return merged
    }
}
