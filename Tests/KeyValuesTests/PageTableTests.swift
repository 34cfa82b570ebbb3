import KeyValues
import Positions
import Tensors
import Testing

@Suite("Page tables")
struct PageTableTests {
    private static func cache(tokens: Int) throws -> KeyValueCache {
        let spec = try CacheSpec(keyType: .bf16, valueType: .bf16, keyDim: 16, valueDim: 16, heads: 2)
        let cache = KeyValueCache(specs: [spec], rotary: [.none(headDim: 16)])
        try grow(cache, by: tokens)
        return cache
    }

    private static func grow(_ cache: KeyValueCache, by tokens: Int) throws {
        let rows = Tensor(rows: tokens, columns: 32, (0..<tokens * 32).map { Float($0 % 101) / 50 })
        try cache.append(layer: 0, keys: rows, values: rows, compute: Compute(pool: WorkerPool(threads: 1)))
        cache.commit(tokens: tokens)
    }

    private static func present(_ cache: KeyValueCache) -> [Int] {
        let pages = cache.pages(layer: 0, head: 1)
        return pages.indices.filter { pages[$0].page != nil }
    }

    @Test(
        "Dropping gives all memory of a window's past back, whatever runs of pages it touches",
        arguments: [1..<130, 0..<64, 63..<65, 5..<6, 64..<200])
    func dropping(range: Range<Int>) throws {
        let cache = try Self.cache(tokens: 150 * 64 + 10)
        cache.drop(pages: range, layer: 0)
        let expected = (0...150).filter { !range.clamped(to: 0..<150).contains($0) }
        #expect(Self.present(cache) == expected)
        #expect(cache.bytesInUse == expected.count * cache.specs[0].pageBytes)
        #expect(cache.pages(layer: 0, head: 0).count == 151)
        try Self.grow(cache, by: 100)
        #expect(Self.present(cache) == expected + [151])
        #expect(cache.pages(layer: 0, head: 0).map(\.start) == (0...151).map { $0 * 64 })
    }

    @Test(
        "Truncating into a run of pages that was dropped leaves a table of the right length",
        arguments: [1, 64 * 64, 70 * 64, 128 * 64 + 3])
    func truncating(tokens: Int) throws {
        let cache = try Self.cache(tokens: 140 * 64)
        cache.drop(pages: 0..<128, layer: 0)
        cache.truncate(to: tokens / 64 * 64)
        #expect(cache.pages(layer: 0, head: 0).count == tokens / 64)
        try Self.grow(cache, by: 65)
        #expect(Self.present(cache).suffix(2) == [tokens / 64, tokens / 64 + 1])
    }

    @Test("A fork that drops its pages leaves those of the other alone")
    func forks() throws {
        let cache = try Self.cache(tokens: 70 * 64), fork = cache.fork()
        fork.drop(pages: 0..<70, layer: 0)
        #expect(Self.present(fork).isEmpty)
        #expect(Self.present(cache).count == 70)
    }

    @Test("Walking over entries finds what subscripts find", arguments: [0..<0, 0..<150, 3..<64, 64..<65, 60..<140, 127..<151])
    func walking(pages: Range<Int>) throws {
        let cache = try Self.cache(tokens: 150 * 64 + 10)
        cache.drop(pages: 50..<130, layer: 0)
        let table = cache.pages(layer: 0, head: 1), walked = Array(table.entries(pages))
        #expect(walked.map(\.start) == pages.map { table[$0].start })
        #expect(walked.map(\.count) == pages.map { table[$0].count })
        #expect(walked.map(\.isPresent) == pages.map { !(50..<130).contains($0) })
        #expect(walked.map(\.keys) == pages.map { table[$0].keys })
    }
}
