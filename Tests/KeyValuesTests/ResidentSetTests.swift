import ApusTesting
import KeyValues
import Positions
import Tensors
import Testing

@Suite("The resident set of a cache")
struct ResidentSetTests {
    private let rotary = Rotary(headDim: 64, layout: .halves, inverseFrequencies: [1, 0.1])
    private let compute = Compute(pool: WorkerPool(threads: 1))

    /// A kilobyte for each token.
    private func makeCache(limit: Int?) throws -> KeyValueCache {
        let spec = try CacheSpec(keyType: .f32, valueType: .f32, keyDim: 64, valueDim: 64, heads: 2)
        return KeyValueCache(specs: [spec], rotary: [rotary], arena: PageArena(limit: limit))
    }

    private func append(_ tokens: Range<Int>, to cache: KeyValueCache) throws {
        let rows = Tensor(rows: tokens.count, columns: 128, tokens.flatMap { token in (0..<128).map { Float(token * 131 % 1009 + $0) } })
        try cache.append(layer: 0, keys: rows, values: rows, compute: compute)
        cache.commit(tokens: tokens.count)
    }

    private func contents(of cache: KeyValueCache, page: Int) throws -> [Float] {
        let layout = cache.layout(layer: 0), page = try #require(cache.page(layer: 0, head: 1, index: page))
        return [0, 17, 63].flatMap { layout.key(in: page, slot: $0) + layout.value(in: page, slot: $0) }
    }

    @Test(
        "What passes the limit lies in files without a name, and no more of it is in memory than the limit leaves",
        .enabled(if: MappedPages.canTell, "only Linux tells what is resident of a mapping"))
    func bounded() throws {
        let limit = 2 << 20, tokens = 12 << 10
        let cache = try makeCache(limit: limit), free = try makeCache(limit: nil)
        for first in stride(from: 0, to: tokens, by: 512) {
            try append(first..<first + 512, to: cache)
            try append(first..<first + 512, to: free)
            let spilled = try MappedPages.spilled(of: cache)
            #expect(spilled.reduce(0) { $0 + $1.residentBytes } <= limit)
            #expect(spilled.allSatisfy { $0.path.hasSuffix("(deleted)") })
        }
        #expect(try !MappedPages.spilled(of: cache).isEmpty && MappedPages.spilled(of: free).isEmpty)
        #expect(try #require(cache.arena.residents).sweepCount > 3)
        for page in stride(from: 0, to: tokens / 64, by: 5) {
            #expect(try contents(of: cache, page: page) == contents(of: free, page: page))
        }
    }

    @Test("Under a limit that nothing passes all stays in memory")
    func roomy() throws {
        let cache = try makeCache(limit: 64 << 20)
        for first in stride(from: 0, to: 4096, by: 512) { try append(first..<first + 512, to: cache) }
        #expect(try #require(cache.arena.residents).sweepCount == 0)
        if MappedPages.canTell { #expect(try MappedPages.spilled(of: cache).isEmpty) }
    }

    @Test("Pages in files are given back and used again, and forks share them")
    func reuse() throws {
        let cache = try makeCache(limit: 1 << 20)
        try append(0..<4096, to: cache)
        let inUse = cache.arena.bytesInUse, fork = cache.fork()
        #expect(cache.arena.bytesInUse == inUse, "a fork costs no pages")
        cache.drop(pages: 0..<64, layer: 0)
        #expect(cache.arena.bytesInUse == inUse, "the fork holds them")
        let before = try contents(of: fork, page: 40)
        cache.truncate(to: 0)
        try append(4096..<5000, to: fork)
        #expect(try contents(of: fork, page: 40) == before)
        fork.truncate(to: 0)
        #expect(cache.arena.bytesInUse == 0)
        try append(9..<73, to: cache)
        let free = try makeCache(limit: nil)
        try append(9..<73, to: free)
        #expect(try contents(of: cache, page: 0) == contents(of: free, page: 0), "memory that is used again is zeroed")
    }

    @Test("Files that are mapped elsewhere are let go once so much of them was touched, and only if they pass the limit")
    func mappedFiles() throws {
        let residents = ResidentSet(limit: 4 << 20)
        let small = try Memory.spilled(byteCount: 1 << 20)
        residents.watch(small)
        for _ in 0..<100 { residents.touch(1 << 20, runs: 1) }
        #expect(residents.sweepCount == 0)
        let large = try Memory.spilled(byteCount: 8 << 20)
        residents.watch(large)
        large.base.storeBytes(of: 77, toByteOffset: 5 << 20, as: UInt8.self)
        for _ in 0..<4 { residents.touch(1 << 20) }
        #expect(residents.sweepCount == 0)
        residents.touch(1)
        #expect(residents.sweepCount == 1)
        #expect(large.base.load(fromByteOffset: 5 << 20, as: UInt8.self) == 77)
    }
}
