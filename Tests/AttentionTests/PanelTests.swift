import ApusTesting
import CKernels
import KeyValues
import Tensors
import Testing

@Suite("Panels of keys")
struct PanelTests {
    /// Every family that this machine runs.
    static let families = Kernels.all.map(\.family.rawValue)

    private static func kernels(_ family: UInt32) throws -> PanelKernels {
        try #require(panel_kernels(KernelFamily(rawValue: family))).pointee
    }

    @Test(
        "A panel holds sixteen keys of a page as they are read one by one", arguments: families,
        [CacheType.f32, .bf16, .f16, .q8])
    func keys(family: UInt32, type: CacheType) throws {
        var problem = AttentionCase(tokens: 64, queries: 1, heads: 1, keyDim: 24, keyType: type, frame: .origin)
        problem.valueType = .f32
        let cache = try problem.makeCache(), layout = cache.layout(layer: 0), dimension = layout.paddedKeyDim
        let stored = try #require(cache.storedKeys(layer: 0, head: 0, page: 0))
        let page = try #require(cache.page(layer: 0, head: 0, index: 0)), kernels = try Self.kernels(family)
        for part in 0..<4 {
            var panel = [Float](repeating: .nan, count: dimension * 16)
            kernels.keys(layout.shape, page.keys, Int32(16 * part), &panel)
            for lane in 0..<16 {
                for e in 0..<dimension {
                    let expected = stored[(16 * part + lane) * dimension + e]
                    #expect(abs(panel[e * 16 + lane] - expected) <= 1e-6 * max(1, abs(expected)))
                }
            }
        }
    }

    @Test("Halves of every kind are read as they are, subnormal and infinite ones too", arguments: families)
    func halves(family: UInt32) throws {
        let problem = AttentionCase(tokens: 16, queries: 1, heads: 1, keyDim: 16, rotaryDim: 0, keyType: .f16)
        let values: [Float] = [0, -0.0, 6e-8, -6e-8, 3e-5, 1, -1.5, 65504, -65504, .infinity, -.infinity, 1e-7, 0.1, 1000, -7, 2]
        // One key at a time, so that the page's centre, which would round them, is that of the first: zero.
        let cache = KeyValueCache(specs: [try problem.spec], rotary: [problem.rotary])
        for value in values {
            let row = Tensor(rows: 1, columns: 16, Array(repeating: value, count: 16))
            try cache.append(layer: 0, keys: row, values: row, compute: AttentionCase.compute)
            cache.commit(tokens: 1)
        }
        let stored = try #require(cache.storedKeys(layer: 0, head: 0, page: 0))
        let page = try #require(cache.page(layer: 0, head: 0, index: 0))
        var panel = [Float](repeating: 0, count: 16 * 16)
        try Self.kernels(family).keys(cache.layout(layer: 0).shape, page.keys, 0, &panel)
        for lane in 0..<16 { #expect(panel[3 * 16 + lane] == stored[lane * 16 + 3]) }
    }

    @Test("Products of any number of rows, the largest of them, and bounds", arguments: families, [1, 2, 3, 7, 8, 9, 15, 33])
    func products(family: UInt32, rows: Int) throws {
        let kernels = try Self.kernels(family), dimension = 32
        var random = SeededGenerator(seed: UInt64(rows))
        let panel = (0..<dimension * 16).map { _ in random.unit() - 0.5 }, vectors = (0..<rows * dimension).map { _ in random.unit() - 0.5 }
        let expected = (0..<rows).map { row in
            (0..<16).map { lane in
                (0..<dimension).reduce(0.0) { $0 + Double(vectors[row * dimension + $1]) * Double(panel[$1 * 16 + lane]) }
            }
        }
        var scores = [Float](repeating: .nan, count: rows * 20), largest = [Float](repeating: -0.01, count: 16)
        kernels.scores(Int32(dimension), Int32(rows), vectors, panel, &scores, 20)
        kernels.largest(Int32(dimension), Int32(rows), vectors, panel, &largest)
        for lane in 0..<16 {
            for row in 0..<rows { #expect(abs(Double(scores[row * 20 + lane]) - expected[row][lane]) < 1e-5) }
            #expect(abs(Double(largest[lane]) - max(-0.01, expected.map { $0[lane] }.max() ?? 0)) < 1e-5)
        }
        var bounds = [Float](repeating: 7, count: 2 * dimension * 16)
        kernels.bounds(Int32(dimension), panel, 5, &bounds)
        for e in 0..<dimension {
            let row = panel[e * 16..<e * 16 + 16]
            #expect(bounds[e * 16 + 5] == row.max() && bounds[(dimension + e) * 16 + 5] == row.min() && bounds[e * 16 + 4] == 7)
        }
    }

    @Test("No key's score is above the bound of its run, and they are equal where all keys of a run are", arguments: families)
    func upperBound(family: UInt32) throws {
        let kernels = try Self.kernels(family), dimension = 16
        var random = SeededGenerator(seed: 3)
        for round in 0..<20 {
            let one = (0..<dimension).map { _ in random.unit() - 0.5 }
            let panel = one.flatMap { value in (0..<16).map { _ in round == 0 ? value : random.unit() - 0.5 } }
            let query = (0..<dimension).map { _ in random.unit() - 0.5 }
            var bounds = [Float](repeating: 0, count: 2 * dimension * 16), scores = [Float](repeating: 0, count: 16), bound = scores
            kernels.bounds(Int32(dimension), panel, 0, &bounds)
            kernels.scores(Int32(dimension), 1, query, panel, &scores, 16)
            kernels.scores(Int32(2 * dimension), 1, query.map { max($0, 0) } + query.map { min($0, 0) }, bounds, &bound, 16)
            let most = scores.max() ?? 0
            #expect(round == 0 ? abs(bound[0] - most) < 1e-5 : bound[0] >= most)
        }
    }
}
