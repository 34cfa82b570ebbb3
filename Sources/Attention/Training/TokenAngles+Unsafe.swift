import CKernels
import Positions
import Tensors

/// By how much the heads of every row of a batch turn: made once for all layers and passes that turn alike.
///
/// Angles, cosines and sines are computed in double precision and kept in float32, the gain multiplied in.
package final class TokenAngles {
    package let rotary: Rotary
    /// `[entries, 2 · pairs]`: the cosines and then the sines of a position.
    private let table: Tensor
    /// The entry of each row.
    private let entries: [Int]

    /// - Parameter positions: of each row, in any order.
    package init(rotary: Rotary, positions: [Int32]) {
        let distinct = Set(positions).sorted()
        let place = Dictionary(uniqueKeysWithValues: zip(distinct, 0...))
        self.rotary = rotary
        entries = positions.map { place[$0] ?? 0 }
        table = Tensor(rows: distinct.count, columns: 2 * rotary.pairs)
        for (entry, position) in distinct.enumerated() {
            let angles = rotary.angles(at: Double(position)), gain = Float(rotary.gain)
            for pair in 0..<rotary.pairs {
                table[entry, pair] = gain * angles.cosines[pair]
                table[entry, rotary.pairs + pair] = gain * angles.sines[pair]
            }
        }
    }

    /// How many rows there are angles for.
    package var rows: Int { entries.count }

    fileprivate func angles(ofRow row: Int) -> UnsafePointer<Float> { UnsafePointer(table.row(entries[row])) }
}

extension Compute {
    /// Turns the heads of every row: x `[tokens, heads · headDim]`; `into` may be x.
    /// - Parameter inverse: turns back, times the gain: the transposed operation, which carries gradients.
    package func rotate(_ x: Tensor, heads: Int, by angles: TokenAngles, inverse: Bool = false, into: Tensor) {
        let rotary = angles.rotary
        precondition(
            x.rows == angles.rows && x.columns == heads * rotary.headDim,
            "\(heads) heads of \(rotary.headDim) at \(angles.rows) positions in [\(x.rows), \(x.columns)]")
        precondition(
            into.rows == x.rows && into.columns == x.columns, "[\(x.rows), \(x.columns)] turned into [\(into.rows), \(into.columns)]")
        guard let kernels = rotation_kernels(kernels.family)?.pointee else { preconditionFailure("no rotations for \(kernels)") }
        let shape = RotationShape(head_dim: rotary.headDim, pairs: rotary.pairs, halves: rotary.layout == .halves)
        let rowsAtOnce = 64
        pool.forEach((x.rows + rowsAtOnce - 1) / rowsAtOnce) { piece, _ in
            withUnsafePointer(to: shape) { shape in
                for row in piece * rowsAtOnce..<min((piece + 1) * rowsAtOnce, x.rows) {
                    kernels.rotate(shape, angles.angles(ofRow: row), inverse ? -1 : 1, x.row(row), heads, into.row(row))
                }
            }
        }
    }

    /// The same for a single call: whoever turns more than one tensor makes the angles once.
    package func rotate(_ x: Tensor, heads: Int, rotary: Rotary, positions: [Int32], inverse: Bool, into: Tensor) {
        rotate(x, heads: heads, by: TokenAngles(rotary: rotary, positions: positions), inverse: inverse, into: into)
    }
}
