import Foundation
import Tensors
import Testing

@Suite("Weights brought into storage types")
struct EncodingTests {
    static let types: [StorageType] = [
        .f32, .f16, .bf16, .q8_0, .q4_0, .q4_1, .q5_0, .q5_1, .q2_k, .q3_k, .q4_k, .q5_k, .q6_k, .iq4_nl, .iq4_xs, .mxfp4,
    ]

    /// Errors relative to the weights, of normal and of heavy-tailed ones (Student's t with 3 degrees of freedom). Those of llama.cpp's
    /// quantiser on such weights are 2 to 18 percent larger in block types, but for Q8_0, where both take the largest weight as the scale.
    private static let bounds: [StorageType: (normal: Double, heavy: Double)] = [
        .f16: (0.0003, 0.0003), .bf16: (0.0018, 0.0018), .q8_0: (0.0055, 0.0090), .q4_0: (0.0825, 0.126), .q4_1: (0.0705, 0.0920),
        .q5_0: (0.0408, 0.0655), .q5_1: (0.0345, 0.0455), .q2_k: (0.265, 0.296), .q3_k: (0.147, 0.187), .q4_k: (0.0715, 0.0925),
        .q5_k: (0.0355, 0.0463), .q6_k: (0.0172, 0.0255), .iq4_nl: (0.0750, 0.1010), .iq4_xs: (0.0755, 0.1020), .mxfp4: (0.1145, 0.140),
    ]

    private func encoded(_ values: [Float], as type: StorageType) throws -> [Float] {
        let bytes = try #require(type.encode(values))
        return try #require(type.decode(bytes))
    }

    @Test("The error is as small as a good search makes it", arguments: types.dropFirst())
    func errors(type: StorageType) throws {
        var generator = SeededGenerator(seed: 7)
        let bounds = try #require(Self.bounds[type])
        let normal = generator.gaussians(16_384).map { $0 * 0.02 }
        #expect(relativeError(try encoded(normal, as: type), normal.map(Double.init)) < bounds.normal)
        let heavy = normal.map { (value: Float) -> Float in
            let squares: Float = generator.gaussians(3).reduce(1e-3) { $0 + $1 * $1 }
            return min(max(value / (squares / 3).squareRoot(), -0.5), 0.5)
        }
        #expect(relativeError(try encoded(heavy, as: type), heavy.map(Double.init)) < bounds.heavy)
    }

    @Test("No scale for a block does much better than the one that was found", arguments: [StorageType.q4_0, .q5_0])
    func bruteForce(type: StorageType) throws {
        var generator = SeededGenerator(seed: 3)
        let highest: Float = type == .q4_0 ? 7 : 15
        var found = 0.0, best = 0.0
        for _ in 0..<12 {
            let block = generator.gaussians(32)
            let extreme = block.map(\.magnitude).max() ?? 1
            found += squaredError(block, try encoded(block, as: type))
            let errors = (-600...600).filter { $0 != 0 }.map { (trial: Int) -> Double in
                let scale = extreme / highest * Float(trial) / 500
                let rounded = block.map { (value: Float) -> Float in min(max((value / scale).rounded(), -highest - 1), highest) * scale }
                return squaredError(block, rounded)
            }
            best += errors.min() ?? 0
        }
        #expect(found <= best * 1.01, "\((found / best).squareRoot()) times the least error")
    }

    private func squaredError(_ one: [Float], _ other: [Float]) -> Double {
        zip(one, other).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    }

    @Test("Zeros stay zeros, and equal weights stay nearly what they are", arguments: types)
    func constants(type: StorageType) throws {
        #expect(try encoded([Float](repeating: 0, count: 512), as: type).allSatisfy { $0 == 0 })
        for value: Float in [1, -1, 0.02, -300, 5e-3] {
            // MXFP4 has powers of two as scales: the nearest to 0.02 is 0.0195, and no level is farther than a quarter from its weight.
            let tolerance: Float = type == .mxfp4 ? 0.25 : 0.02
            let values = [Float](repeating: value, count: 256)
            #expect(try encoded(values, as: type).allSatisfy { abs($0 - value) <= tolerance * abs(value) }, "\(value)")
        }
    }

    @Test("One weight among zeros keeps its size, wherever it stands", arguments: types)
    func outliers(type: StorageType) throws {
        for place in stride(from: 0, to: 256, by: 17) {
            var values = [Float](repeating: 0, count: 256)
            values[place] = place.isMultiple(of: 2) ? 3 : -3
            let decoded = try encoded(values, as: type)
            #expect(abs(decoded[place] - values[place]) < (type == .mxfp4 ? 0.01 : 0.05), "\(place)")
            #expect(decoded.indices.allSatisfy { $0 == place || abs(decoded[$0]) < 0.05 })
        }
    }

    @Test("Values that are no numbers, infinite or tiny do not break anything", arguments: types)
    func wildValues(type: StorageType) throws {
        for wild: Float in [.nan, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 1e-38, 1e38] {
            #expect(try encoded([Float](repeating: wild, count: 256), as: type).count == 256)
            #expect(try encoded((0..<256).map { $0.isMultiple(of: 3) ? wild : Float($0) }, as: type).count == 256)
        }
    }

    @Test("Half precision rounds to the nearest, ties to even")
    func halves() throws {
        let cases: [(Float, UInt16)] = [
            (0, 0), (-0.0, 0x8000), (1, 0x3C00), (-2, 0xC000), (65_504, 0x7BFF), (65_519.996, 0x7BFF), (65_520, 0x7C00),
            (.infinity, 0x7C00), (0x1p-24, 1), (0x1p-25, 0), (0x1.8p-25, 1), (0x1p-14, 0x0400), (0x1.FF8p-15, 0x03FF),
            (0x1.FFFp-15, 0x0400), (1.00048828125, 0x3C00), (1.0014648, 0x3C02), (0.1, 0x2E66),
        ]
        for (value, bits) in cases {
            let expected = [UInt8(bits & 255), UInt8(bits >> 8)]
            #expect(StorageType.f16.encode([value]) == expected, "\(value)")
        }
        let finite = (0...UInt16.max).filter { $0 & 0x7C00 != 0x7C00 }
        let all: [UInt8] = finite.flatMap { (bits: UInt16) -> [UInt8] in [UInt8(bits & 255), UInt8(bits >> 8)] }
        let values = try #require(StorageType.f16.decode(all))
        #expect(StorageType.f16.encode(values) == all)
        let nan = try encoded([.nan], as: .f16)
        #expect(nan[0].isNaN)
    }

    @Test("Brain floats round to the nearest, ties to even")
    func brainFloats() {
        let cases: [(UInt32, UInt16)] = [
            (0x3F80_0000, 0x3F80), (0x3F80_8000, 0x3F80), (0x3F81_8000, 0x3F82), (0x3F80_8001, 0x3F81), (0xBF80_7FFF, 0xBF80),
            (0x7F7F_FFFF, 0x7F80), (0x7F80_0000, 0x7F80),
        ]
        for (word, bits) in cases {
            let expected = [UInt8(bits & 255), UInt8(bits >> 8)]
            #expect(StorageType.bf16.encode([Float(bitPattern: word)]) == expected)
        }
    }

    @Test("A matrix gives the same bytes by any number of threads and in rows of any length", arguments: [StorageType.q4_k, .q8_0, .f16])
    func threads(type: StorageType) throws {
        var generator = SeededGenerator(seed: 5)
        let values = generator.gaussians(24 * 1024)
        let matrix = try floats(values, rows: 24)
        let expected = try #require(type.encode(values))
        let cases: [(Int, Matrix)] = [(1, matrix), (3, matrix), (2, matrix.inShortRows(alignment: type.blockLength))]
        for (threads, matrix) in cases {
            let out = try Memory.allocate(byteCount: expected.count)
            let unfit = matrix.encode(rows: 0..<matrix.rows, as: type, into: out.base, pool: WorkerPool(threads: threads))
            #expect(unfit == nil)
            #expect(Array(UnsafeRawBufferPointer(start: out.base, count: expected.count)) == expected)
        }
    }

    @Test("The first weight that does not fit is found")
    func unfitWeights() throws {
        var values = [Float](repeating: 1, count: 8 * 512)
        let pool = WorkerPool(threads: 2)
        let out = try Memory.allocate(byteCount: values.count * 4)
        values[3000] = 70_000
        #expect(try floats(values, rows: 8).encode(rows: 0..<8, as: .bf16, into: out.base, pool: pool) == nil)
        #expect(
            try floats(values, rows: 8).encode(rows: 0..<8, as: .f16, into: out.base, pool: pool) == UnfitWeight(place: 3000, value: 70_000)
        )
        values[1500] = -.infinity
        let unfit = try floats(values, rows: 8).encode(rows: 0..<8, as: .q4_0, into: out.base, pool: pool)
        #expect(unfit == UnfitWeight(place: 1500, value: -.infinity))
    }

    private func floats(_ values: [Float], rows: Int) throws -> Matrix {
        let memory = try Memory.allocate(byteCount: values.count * 4)
        memory.base.copyMemory(from: values, byteCount: values.count * 4)
        return Matrix(type: .f32, rows: rows, columns: values.count / rows, memory: memory)
    }

    @Test("Long rows are cut where blocks end")
    func shortRows() throws {
        let memory = try Memory.allocate(byteCount: 3 * 8448 * 4)
        let matrix = Matrix(type: .f32, rows: 3, columns: 8448, memory: memory)
        #expect(matrix.inShortRows(alignment: 256).columns == 8448)
        #expect(matrix.inShortRows(alignment: 32).columns == 2112)
        #expect(matrix.inShortRows(alignment: 32).rows == 12)
    }
}
