import ApusTesting
import Attention
import Foundation
import Positions
import Tensors
import Testing

@Suite("Rotation of whole rows")
struct RotationTests {
    struct Shape: CustomTestStringConvertible {
        let headDim: Int
        let pairs: Int
        let layout: Rotary.Layout
        var gain = 1.0

        var rotary: Rotary {
            let frequencies = (0..<pairs).map { pow(10_000, -Double($0) / Double(max(1, pairs))) }
            return Rotary(headDim: headDim, layout: layout, inverseFrequencies: frequencies, gain: gain)
        }
        var testDescription: String { "\(pairs) pairs of \(headDim), \(layout), gain \(gain)" }
    }

    static let shapes: [Shape] = [Rotary.Layout.interleaved, .halves].flatMap { layout in
        [
            Shape(headDim: 16, pairs: 8, layout: layout), Shape(headDim: 64, pairs: 32, layout: layout, gain: 1.2),
            Shape(headDim: 10, pairs: 3, layout: layout), Shape(headDim: 80, pairs: 20, layout: layout, gain: 0.7),
            Shape(headDim: 6, pairs: 0, layout: layout),
        ]
    }
    private static let positions: [Int32] = [0, 1, 2, 3, 0, 77, 100_000, -5]

    private func random(_ shape: Shape, heads: Int, seed: UInt64) -> Tensor {
        var generator = SeededGenerator(seed: seed)
        let columns = heads * shape.headDim
        return Tensor(rows: Self.positions.count, columns: columns, (0..<Self.positions.count * columns).map { _ in generator.normal() })
    }

    @Test("Pairs that stand still leave every bit as it was", arguments: Kernels.all)
    func still(kernels: Kernels) {
        let rotary = Rotary(headDim: 64, layout: .halves, inverseFrequencies: Array(repeating: 0, count: 32))
        let x = random(Shape(headDim: 64, pairs: 32, layout: .halves), heads: 2, seed: 4), before = x.array
        Compute(pool: WorkerPool(threads: 1), kernels: kernels)
            .rotate(x, heads: 2, rotary: rotary, positions: Self.positions, inverse: false, into: x)
        #expect(x.array == before)
    }

    @Test("Heads turn as the tables of angles say", arguments: Kernels.all, shapes)
    func agrees(kernels: Kernels, shape: Shape) {
        let compute = Compute(pool: WorkerPool(threads: 2), kernels: kernels), heads = 3, rotary = shape.rotary
        let x = random(shape, heads: heads, seed: 1), turned = Tensor(rows: x.rows, columns: x.columns)
        compute.rotate(x, heads: heads, rotary: rotary, positions: Self.positions, inverse: false, into: turned)
        let table = AngleTable(rotary: rotary, reach: 128)
        for (row, position) in Self.positions.enumerated() {
            var angles = [Float](repeating: 0, count: max(1, table.entryCount))
            table.write(distance: Int(position), to: &angles)
            for head in 0..<heads {
                for place in 0..<shape.headDim {
                    let column = head * shape.headDim + Int(rotary.pairing[place])
                    let expected = expected(x.rowArray(row), head: head, place: place, shape: shape, angles: angles)
                    #expect(abs(turned[row, column] - expected) < 2e-6, "row \(row), column \(column)")
                }
            }
        }
    }

    /// What stands at a place of the paired order after turning.
    private func expected(_ x: [Float], head: Int, place: Int, shape: Shape, angles: [Float]) -> Float {
        let rotary = shape.rotary, pair = place / 2
        func own(_ place: Int) -> Float { x[head * shape.headDim + Int(rotary.pairing[place])] }
        guard place < 2 * shape.pairs else { return own(place) }
        let cosine = Float(shape.gain) * angles[pair], sine = Float(shape.gain) * angles[shape.pairs + pair]
        let (first, second) = (own(2 * pair), own(2 * pair + 1))
        return place % 2 == 0 ? first * cosine - second * sine : first * sine + second * cosine
    }

    @Test("Turning back is the transposed operation, in place too", arguments: Kernels.all, shapes)
    func transposed(kernels: Kernels, shape: Shape) {
        let compute = Compute(pool: WorkerPool(threads: 1), kernels: kernels), heads = 2
        let angles = TokenAngles(rotary: shape.rotary, positions: Self.positions)
        let x = random(shape, heads: heads, seed: 2), y = random(shape, heads: heads, seed: 3)
        let forward = Tensor(rows: x.rows, columns: x.columns), back = Tensor(rows: y.rows, columns: y.columns, y.array)
        compute.rotate(x, heads: heads, by: angles, into: forward)
        compute.rotate(back, heads: heads, by: angles, inverse: true, into: back)
        func dot(_ a: Tensor, _ b: Tensor) -> Double { zip(a.array, b.array).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
        #expect(abs(dot(forward, y) - dot(x, back)) < 1e-4)
    }
}
