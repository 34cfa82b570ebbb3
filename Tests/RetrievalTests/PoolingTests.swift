import ApusTesting
import Retrieval
import Tensors
import Testing

@Suite("Pooling")
struct PoolingTests {
    @Test("Each kind makes of random states what its definition says")
    func definitions() {
        var random = SeededGenerator(seed: 5)
        let rows = (0..<37).map { _ in (0..<13).map { _ in Float.random(in: -2...2, using: &random) } }
        let states = Tensor(rows: 37, columns: 13, rows.flatMap(\.self))
        let mean = (0..<13).map { column in rows.reduce(0.0) { $0 + Double($1[column]) } / 37 }
        #expect(Pooling.cls.vector(of: states) == rows[0])
        #expect(Pooling.last.vector(of: states) == rows[36])
        #expect(zip(Pooling.mean.vector(of: states), mean).allSatisfy { abs(Double($0) - $1) < 1e-6 })
    }

    @Test("A normalised vector has a length of 1 and keeps its direction, and zeros stay zeros")
    func normalization() {
        let vector: [Float] = [3, 0, -4]
        #expect(zip(vector.normalized, [0.6, 0, -0.8]).allSatisfy { abs($0 - $1) < 1e-7 })
        #expect([Float](repeating: 0, count: 3).normalized == [0, 0, 0])
    }
}
