import CKernels
import Tensors
import Testing

@Suite("Product kernels")
struct ProductKernelTests {
    /// One product with random numbers; `first` and `last` cut its weight rows into ranges.
    fileprivate struct Case {
        let n: Int
        let weights: RandomWeights
        let x: [Float]

        init(_ type: StorageType, n: Int, rows: Int, columns: Int, using generator: inout SeededGenerator) {
            self.n = n
            weights = RandomWeights(type, rows: rows, columns: columns, using: &generator)
            x = generator.gaussians(n * columns)
        }

        var isQuantised: Bool { weights.type.blockLength > 1 }

        /// The size of a result whose terms have random signs.
        var typical: Double {
            func meanSquare(_ numbers: some Collection<Double>) -> Double { numbers.reduce(0) { $0 + $1 * $1 } / Double(numbers.count) }
            return (meanSquare(weights.values) * meanSquare(x.map(Double.init)) * Double(weights.columns)).squareRoot()
        }

        /// Plain double-precision sums over activations, given or quantised as the kernels promise.
        func expected(quantised: Bool) -> [Double] {
            weights.products(with: quantised ? ProductKernelTests.quantised(x) : x.map(Double.init))
        }

        /// Whether a family rounds weights and activations to bf16.
        func usesTiles(_ family: KernelFamily) -> Bool { family == KERNELS_AMX && n > FEW_ROWS && weights.type != .f32 }

        /// The same of numbers rounded to bf16.
        func expectedOfTiles() -> [Double] { weights.roundedToTiles().products(with: x.map(TilePrecision.rounded)) }

        /// The same through a family's kernel, inputs ending where memory ends, in two ranges of weight rows.
        func run(_ family: KernelFamily) throws -> [Float] {
            let table = try #require(product_kernels(family)).pointee
            let kernel = table.choose(weights.format, n)
            let bytes = try #require(GuardedBytes(weights.bytes))
            let plain = try #require(GuardedBytes(x))
            let matrix = Weights(values: bytes.base, rows: weights.rows, columns: weights.columns, format: weights.format)
            var activations = UnsafeRawPointer(plain.base)
            let arranged = try kernel.layout.map { try arrange($0.pointee, plain) }
            if let arranged { activations = UnsafeRawPointer(arranged.base) }
            let scratch = try Memory.allocate(byteCount: kernel.scratch_bytes?(weights.columns) ?? 0)
            var out = [Float](repeating: .nan, count: n * weights.rows)
            let middle = weights.rows / 2 / Int(kernel.grain) * Int(kernel.grain)
            withUnsafePointer(to: matrix) { matrix in
                kernel.multiply(matrix, n, activations, 0, middle, scratch.base, &out)
                kernel.multiply(matrix, n, activations, middle, weights.rows, scratch.base, &out)
            }
            withExtendedLifetime((bytes, plain, arranged)) {}
            return out
        }

        private func arrange(_ layout: ActivationLayout, _ plain: GuardedBytes) throws -> Memory {
            let rows = Int(layout.rows)
            let stride = layout.bytes(weights.columns)
            let memory = try Memory.allocate(byteCount: (n + rows - 1) / rows * stride)
            for first in Swift.stride(from: 0, to: n, by: rows) {
                let x = plain.base.assumingMemoryBound(to: Float.self) + first * weights.columns
                layout.arrange(x, Int32(min(rows, n - first)), weights.columns, memory.base + first / rows * stride)
            }
            return memory
        }
    }

    /// What the kernels promise of activations: int8 per 32 values with scale max / 127.
    fileprivate static func quantised(_ x: [Float]) -> [Double] {
        stride(from: 0, to: x.count, by: 32).flatMap { start -> [Double] in
            let block = x[start..<start + 32]
            let most = block.map(abs).max() ?? 0
            return block.map { value in
                most == 0 ? 0 : Double((value * (127 / most)).rounded(.toNearestOrEven)) * Double(most / 127)
            }
        }
    }

    /// Shapes with their borders: a single row, a part-filled panel or group, an odd number of columns.
    private static func cases(_ type: StorageType, seed: UInt64) -> [Case] {
        var generator = SeededGenerator(seed: seed)
        var shapes = [(1, 1, 1), (1, 33, 4), (2, 7, 1), (3, 31, 5), (8, 5, 1), (9, 1, 2), (9, 64, 8), (13, 32, 3), (33, 65, 1)]
        for _ in 0..<2 {
            let n = Int.random(in: 1...(Bool.random(using: &generator) ? 8 : 20), using: &generator)
            shapes.append((n, Int.random(in: 1...130, using: &generator), Int.random(in: 1...6, using: &generator)))
        }
        return shapes.map { n, rows, blocks in
            let odd = type.blockLength > 1 ? 0 : Int.random(in: 0...31, using: &generator)
            let columns = type.blockLength == 256 ? (blocks + 1) / 2 * 256 : blocks * 32 - odd
            return Case(type, n: n, rows: rows, columns: columns, using: &generator)
        }
    }

    @Test("The portable products agree with double precision", arguments: RandomWeights.types)
    func portableIsRight(type: StorageType) throws {
        for example in Self.cases(type, seed: 1) {
            let result = try example.run(KERNELS_PORTABLE)
            #expect(relativeError(result, example.expected(quantised: example.isQuantised), typical: example.typical) < 2e-6)
            #expect(relativeError(result, example.expected(quantised: false)) < (example.isQuantised ? 0.05 : 2e-6))
        }
    }

    @Test("Every family gives the portable results but for the order of sums; tiles use bf16", arguments: Kernels.all, RandomWeights.types)
    func familiesAgree(kernels: Kernels, type: StorageType) throws {
        for (index, example) in Self.cases(type, seed: 2).enumerated() {
            let usesTiles = example.usesTiles(kernels.family), portable = try example.run(KERNELS_PORTABLE).map(Double.init)
            let expected = usesTiles ? example.expectedOfTiles() : portable
            let result = try example.run(kernels.family)
            let error = relativeError(result, expected, typical: example.typical)
            #expect(relativeError(result, portable, typical: example.typical) < (usesTiles ? 0.015 : 3e-6))
            #expect(error < 3e-6, "\(kernels) \(type) case \(index): n \(example.n), [\(example.weights.rows), \(example.weights.columns)]")
        }
    }

    @Test("Blocks are read at any address", arguments: Kernels.all, RandomWeights.types.filter { $0.blockLength > 1 })
    func oddAddresses(kernels: Kernels, type: StorageType) throws {
        var generator = SeededGenerator(seed: 4)
        let weights = RandomWeights(type, rows: 37, columns: 256, using: &generator)
        let memory = try Memory.allocate(byteCount: weights.bytes.count + 1)
        memory.base.storeBytes(of: 0, as: UInt8.self)
        (memory.base + 1).copyMemory(from: weights.bytes, byteCount: weights.bytes.count)
        let odd = Matrix(type: type, rows: 37, columns: 256, memory: memory, offset: 1)
        let compute = Compute(pool: WorkerPool(threads: 1), kernels: kernels)
        for n in [1, 4, 6, 12] {
            let x = Tensor(rows: n, columns: 256, generator.gaussians(n * 256))
            let outputs = (0..<2).map { _ in Tensor(rows: n, columns: 37) }
            compute.multiply(x, [odd, try weights.matrix()], into: outputs)
            #expect(outputs[0].array == outputs[1].array)
        }
    }

    @Test("Activations are quantised to the same integers by every family")
    func zerosAndExtremes() throws {
        var generator = SeededGenerator(seed: 3)
        for kernels in Kernels.all {
            for n in [1, 3, 7, 12] {
                let weights = RandomWeights(.q8_0, rows: 40, columns: 64, using: &generator)
                let zeros = Case(weights: weights, x: [Float](repeating: 0, count: n * 64))
                #expect(try zeros.run(kernels.family).allSatisfy { $0 == 0 })
                let extremes = Case(weights: weights, x: (0..<n * 64).map { $0.isMultiple(of: 2) ? 3e30 : -3e30 })
                let expected = extremes.usesTiles(kernels.family) ? extremes.expectedOfTiles() : extremes.expected(quantised: true)
                #expect(try relativeError(extremes.run(kernels.family), expected) < 3e-6)
            }
        }
    }
}

extension ProductKernelTests.Case {
    fileprivate init(weights: RandomWeights, x: [Float]) {
        self.weights = weights
        self.x = x
        n = x.count / weights.columns
    }
}
