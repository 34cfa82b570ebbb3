import CKernels
import Foundation
import Tensors
import Testing

@Suite("Transposes and conversions")
struct TransposeTests {
    private static let shapes = [(1, 1), (5, 3), (16, 16), (33, 20), (64, 128), (130, 67)]

    private static func random(_ rows: Int, _ columns: Int) -> Tensor {
        var generator = SeededGenerator(seed: 31)
        let tensor = Tensor(rows: rows, columns: columns, generator.gaussians(rows * columns).map { 3 * $0 })
        let special: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, Float(bitPattern: 0x1234), 3.3961e38]
        for (place, number) in special.enumerated() where place < tensor.count {
            tensor[place % rows, place / rows % columns] = number
        }
        return tensor
    }

    /// The bits of all numbers of a matrix.
    private static func bits(_ matrix: Matrix) -> [UInt32] { Tensor(decoding: matrix).array.map(\.bitPattern) }

    @Test("Columns become rows, in float32 exactly and in bfloat16 rounded as weights are", arguments: Kernels.all)
    func transposes(kernels: Kernels) throws {
        let compute = Compute(pool: WorkerPool(threads: 2), kernels: kernels)
        for (rows, columns) in Self.shapes {
            let x = Self.random(rows, columns), turned = Tensor(rows: columns, columns: rows)
            compute.transpose(x, into: turned)
            for type in [StorageType.f32, .bf16] {
                let plain = Matrix.plain(type, rows: rows, columns: columns)
                x.withRows { encode_weights(type == .f32 ? WEIGHTS_F32 : WEIGHTS_BF16, $0, rows * columns, plain.memory.base) }
                let converted = Matrix.plain(type, rows: rows, columns: columns)
                compute.convert(x, into: converted)
                #expect(Self.bits(converted) == Self.bits(plain), "\(rows), \(columns), \(type)")
                #expect(Self.bits(compute.transposed(x, as: type)) == Self.bits(try plain.transposed()), "\(rows), \(columns), \(type)")
            }
            #expect(turned.array.map(\.bitPattern) == Self.bits(compute.transposed(x, as: .f32)))
        }
    }
}

extension Tensor {
    /// Lends all numbers to `body`.
    fileprivate func withRows(_ body: (UnsafePointer<Float>) -> Void) {
        withRow(0) { first in if let base = first.baseAddress { body(base) } }
    }
}
