import Tensors
import Testing

@Suite("Compute")
struct ComputeTests {
    @Test("Several weights of different types share one call and each gets its own result", arguments: Kernels.all)
    func sharedActivations(kernels: Kernels) throws {
        var generator = SeededGenerator(seed: 9)
        let compute = Compute(pool: WorkerPool(threads: 2), kernels: kernels)
        for n in [1, 7, 9] {
            let x = Tensor(rows: n, columns: 256, generator.gaussians(n * 256))
            let weights = RandomWeights.types.enumerated().map { index, type in
                RandomWeights(type, rows: 20 + 7 * index, columns: 256, using: &generator)
            }
            let outputs = weights.map { Tensor(rows: n, columns: $0.rows) }
            compute.multiply(x, try weights.map { try $0.matrix() }, into: outputs)
            for (weights, output) in zip(weights, outputs) {
                let expected = weights.products(with: x.array)
                #expect(relativeError(output.array, expected) < (weights.type.blockLength > 1 ? 0.02 : 3e-6), "\(weights.type), n \(n)")
            }
        }
    }

    @Test("Any number of threads gives the same bits", arguments: Kernels.all, RandomWeights.types)
    func threadCounts(kernels: Kernels, type: StorageType) throws {
        var generator = SeededGenerator(seed: 10)
        let columns = max(96, type.blockLength)
        let matrix = try RandomWeights(type, rows: 500, columns: columns, using: &generator).matrix()
        for n in [1, 5, 21] {
            let x = Tensor(rows: n, columns: columns, generator.gaussians(n * columns))
            let results = [1, 2, 5].map { threads in
                let output = Tensor(rows: n, columns: 500)
                Compute(pool: WorkerPool(threads: threads), kernels: kernels).multiply(x, matrix, into: output)
                return output.array
            }
            #expect(results[0] == results[1] && results[0] == results[2])
        }
    }

    @Test("No rows and no weights are no work")
    func empty() throws {
        let compute = Compute(pool: WorkerPool(threads: 2))
        compute.multiply(Tensor(rows: 0, columns: 32), [], into: [])
        let none = Matrix(type: .f32, rows: 0, columns: 4, memory: try Memory.allocate(byteCount: 0))
        compute.multiply(Tensor(rows: 1, columns: 4), none, into: Tensor(rows: 1, columns: 0))
    }

    @Test("Rows are normalised whole or head by head")
    func heads() {
        let compute = Compute(pool: WorkerPool(threads: 1))
        let x = Tensor(rows: 2, columns: 4, [3, 3, 5, -5, 1, 1, 2, 2])
        compute.rmsNorm(x, weight: Tensor(rows: 1, columns: 2, [1, 2]), epsilon: 0, into: x)
        #expect(x.array == [1, 2, 1, -2, 1, 2, 1, 2])
    }

    @Test("Where heads are normalised with weights of their own, the rows of weights take turns")
    func normPerHead() {
        let compute = Compute(pool: WorkerPool(threads: 2))
        let x = Tensor(rows: 2, columns: 4, [1, 3, 2, 2, 5, 1, 0, 4])
        compute.layerNorm(
            x, weight: Tensor(rows: 2, columns: 2, [1, 1, 2, 3]), bias: Tensor(rows: 2, columns: 2, [0, 0, 0, 1]), epsilon: 0.0001, into: x)
        #expect(zip(x.array, [-1, 1, 0, 1, 1, -1, -2, 4]).allSatisfy { abs($0 - $1) < 1e-3 })
    }

    @Test("A row is added to another, times a factor")
    func addRow() {
        let compute = Compute(pool: WorkerPool(threads: 1))
        let x = Tensor(rows: 2, columns: 2, [1, 2, 3, 4]), target = Tensor(rows: 1, columns: 2, [10, 20])
        compute.add(row: 1, of: x, times: 2, toRow: 0, of: target)
        #expect(target.array == [16, 28])
    }

    @Test("Matrices are copied with numbers added, turned, in another order and under each other")
    func matrixCopies() throws {
        let row = try Matrix([1, 2, 3, 4, 5, 6]), matrix = Matrix(type: .f32, rows: 2, columns: 3, memory: row.memory)
        #expect(Tensor(decoding: try matrix.adding(1)).array == [2, 3, 4, 5, 6, 7])
        let turned = try matrix.transposed()
        #expect(turned.rows == 3 && Tensor(decoding: turned).array == [1, 4, 2, 5, 3, 6])
        #expect(Tensor(decoding: try matrix.reordered([1, 0, 1])).array == [4, 5, 6, 1, 2, 3, 4, 5, 6])
        #expect(Tensor(decoding: try Matrix.joined([matrix, matrix.rows(1..<2)])).array == [1, 2, 3, 4, 5, 6, 4, 5, 6])
    }

    @Test("Biases, sums and gates act on every row, small and large", arguments: [1, 300])
    func elementwise(rows: Int) {
        let compute = Compute(pool: WorkerPool(threads: 2))
        let x = Tensor(rows: rows, columns: 40)
        compute.addBias(x, Tensor(rows: 1, columns: 40, (0..<40).map(Float.init)))
        let y = Tensor(rows: rows, columns: 40, [Float](repeating: 1, count: rows * 40))
        compute.add(x, to: y)
        compute.scale(y, by: 2)
        #expect(y.array == (0..<rows * 40).map { Float($0 % 40 + 1) * 2 })
        let gate = Tensor(rows: rows, columns: 40)
        compute.gate(.plain(.silu), gate: gate, up: y, into: gate)
        #expect(gate.array.allSatisfy { $0 == 0 })
        compute.softmax(gate)
        #expect(gate.array.allSatisfy { abs($0 - 1.0 / 40) < 1e-7 })
        #expect(compute.argmax(y, row: rows - 1) == 39)
    }

    @Test("Tokens become the rows of the table")
    func embedding() throws {
        var generator = SeededGenerator(seed: 11)
        let weights = RandomWeights(.q8_0, rows: 7, columns: 64, using: &generator)
        let out = Tensor(rows: 3, columns: 64)
        Compute(pool: WorkerPool(threads: 2)).embed(tokens: [6, 0, 6], table: try weights.matrix(), into: out)
        let rows = [6, 0, 6].flatMap { weights.values[$0 * 64..<$0 * 64 + 64] }
        #expect(out.array.map(Double.init) == rows)
    }

    @Test("A pool gives released memory out again")
    func reuse() {
        let pool = TensorPool()
        var first: Tensor? = pool.make(rows: 3, columns: 1000)
        let address = first?.values
        first = nil
        #expect(pool.make(rows: 4, columns: 1000).values == address)
        pool.drain()
    }

    @Test("Kernels are chosen by name, and a wrong name is refused")
    func names() throws {
        #expect(try Kernels.named(nil).name == Kernels.best.name)
        for kernels in Kernels.all { #expect(try Kernels.named(kernels.name).family == kernels.family) }
        let unknown = try #require(throws: KernelError.self) { try Kernels.named("abacus") }
        #expect(unknown.kind == .usage && unknown.description.contains("portable"))
        let absent = Kernels.all.contains { $0.name == "neon" } ? "avx2" : "neon"
        #expect(throws: KernelError.unsupported(absent, supported: Kernels.all.map(\.name))) { try Kernels.named(absent) }
    }
}
