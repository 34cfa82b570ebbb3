import ApusTesting
import KeyValues
import Positions
import Tensors
import Testing

@Suite("Key/value cache")
struct KeyValueCacheTests {
    private let rotary = Rotary(headDim: 8, layout: .halves, inverseFrequencies: [1, 0.1])
    private let compute = Compute(pool: WorkerPool(threads: 1))

    private func makeCache(_ type: CacheType = .f32, valueType: CacheType? = nil, frame: KeyFrame = .raw, arena: PageArena = PageArena())
        throws -> KeyValueCache
    {
        let spec = try CacheSpec(keyType: type, valueType: valueType ?? type, keyDim: 8, valueDim: 6, heads: 2, frame: frame)
        return KeyValueCache(specs: [spec, spec], rotary: [rotary, rotary], arena: arena)
    }

    /// Token `t` has key and value elements `t + element / 100`.
    private func append(_ tokens: Range<Int>, to cache: KeyValueCache) throws {
        func rows(_ columns: Int) -> Tensor {
            Tensor(rows: tokens.count, columns: columns, tokens.flatMap { token in (0..<columns).map { Float(token) + Float($0) / 100 } })
        }
        for layer in 0..<2 { try cache.append(layer: layer, keys: rows(16), values: rows(12), compute: compute) }
        cache.commit(tokens: tokens.count)
    }

    private func value(_ slot: Int, in cache: KeyValueCache, head: Int = 1) throws -> [Float] {
        let page = try #require(cache.page(layer: 1, head: head, index: slot / 64))
        return cache.layout(layer: 1).value(in: page, slot: slot % 64)
    }
    private func key(_ slot: Int, in cache: KeyValueCache) throws -> [Float] {
        let page = try #require(cache.page(layer: 1, head: 0, index: slot / 64))
        return cache.layout(layer: 1).key(in: page, slot: slot % 64)
    }

    @Test("What was written is read back, to the precision of the type", arguments: [CacheType.f32, .bf16, .f16, .q8, .q4])
    func roundTrip(type: CacheType) throws {
        let cache = try makeCache(type == .q4 ? .q8 : type, valueType: type)
        for range in [0..<1, 1..<70, 70..<71, 71..<150] { try append(range, to: cache) }
        let tolerance: Float = [.f32: 0, .bf16: 0.004, .f16: 0.0005, .q8: 0.008, .q4: 0.08][type] ?? 0
        for slot in [0, 1, 63, 64, 69, 70, 71, 127, 128, 149] {
            for (element, x) in try value(slot, in: cache).enumerated() {
                let expected = Float(slot) + Float(6 + element) / 100
                #expect(abs(x - expected) <= tolerance * (Float(slot) + 0.12), "slot \(slot)")
            }
            for (place, natural) in rotary.pairing.enumerated() {
                let expected = Float(slot) + Float(natural) / 100
                #expect(abs(try key(slot, in: cache)[place] - expected) <= tolerance * 64 + 1e-5, "slot \(slot)")
            }
        }
    }

    @Test("Keys are turned into their frame")
    func frames() throws {
        for frame in KeyFrame.allCases {
            let cache = try makeCache(frame: frame)
            try append(0..<100, to: cache)
            let turn: Double = [.page: 99 - 64, .origin: 99, .raw: 0][frame] ?? 0
            let angles = rotary.angles(at: turn), stored = try key(99, in: cache)
            let (x, y): (Float, Float) = (99, 99.02)
            #expect(abs(stored[0] - (x * angles.cosines[0] - y * angles.sines[0])) < 1e-4, "\(frame)")
            #expect(abs(stored[1] - (x * angles.sines[0] + y * angles.cosines[0])) < 1e-4, "\(frame)")
            #expect(stored[4] == 99.04)
        }
    }

    @Test("A fork goes on by itself and leaves the original as it was")
    func forks() throws {
        let cache = try makeCache()
        try append(0..<100, to: cache)
        let before = cache.arena.bytesInUse, fork = cache.fork()
        #expect(cache.arena.bytesInUse == before, "a fork costs no pages")
        try append(500..<510, to: fork)
        #expect(cache.arena.bytesInUse == before + before / 2, "only the open pages were copied")
        try append(100..<140, to: cache)
        #expect(try value(99, in: fork) == value(99, in: cache))
        #expect(try value(100, in: fork)[0] == 500.06 && value(100, in: cache)[0] == 100.06)
        #expect(fork.tokenCount == 110 && cache.tokenCount == 140)
        let full = try #require(cache.page(layer: 0, head: 0, index: 0)), shared = try #require(fork.page(layer: 0, head: 0, index: 0))
        #expect(full === shared)
    }

    @Test("Truncated tokens are written anew, also where a fork still holds them")
    func truncation() throws {
        let cache = try makeCache()
        try append(0..<130, to: cache)
        let fork = cache.fork()
        cache.truncate(to: 70)
        #expect(cache.pages(layer: 0, head: 0).map(\.count) == [64, 6])
        try append(900..<960, to: cache)
        #expect(try value(69, in: cache)[0] == 69.06 && value(70, in: cache)[0] == 900.06)
        #expect(try value(70, in: fork)[0] == 70.06 && value(129, in: fork)[0] == 129.06)
        cache.truncate(to: 0)
        #expect(cache.bytesInUse == 0 && cache.tokenCount == 0)
    }

    @Test("Dropped pages give their memory back and keep their places")
    func dropping() throws {
        let cache = try makeCache()
        try append(0..<200, to: cache)
        let page = cache.specs[0].keyPageBytes + cache.specs[0].valuePageBytes, before = cache.arena.bytesInUse
        cache.drop(pages: 0..<2, layer: 0)
        cache.drop(pages: 1..<9, layer: 1, head: 1)
        #expect(cache.arena.bytesInUse == before - 6 * page, "the open page stays")
        #expect(cache.bytesInUse == cache.arena.bytesInUse)
        try append(200..<260, to: cache)
        #expect(try value(255, in: cache)[0] == 255.06)
    }

    @Test("A part-filled page that is gone, or whose positions are scattered, is not written on in silence")
    func openPages() throws {
        let cache = try makeCache()
        try append(0..<200, to: cache)
        cache.drop(pages: 1..<2, layer: 0)
        cache.truncate(to: 70)
        #expect(throws: KeyValueError.openPageCannotGrow(index: 1)) { try append(70..<71, to: cache) }
        let spec = cache.specs[0], scattered = try makeCache(), memory = try Memory.allocate(byteCount: spec.pageBytes)
        let page = try Page(spec: spec, start: 0, positions: [3, 9], memory: memory, keyOffset: 0, valueOffset: spec.keyPageBytes)
        for head in 0..<2 { try scattered.adopt(page: page, count: 2, layer: 0, head: head, index: 0) }
        scattered.passOver(toToken: 2, layer: 1)
        scattered.commit(tokens: 2)
        #expect(throws: KeyValueError.openPageCannotGrow(index: 0)) { try append(2..<3, to: scattered) }
    }

    @Test("A full disk is an error that leaves the cache as it was")
    func fullDisk() throws {
        let probe = try makeCache(), arena = PageArena.full(after: probe.specs[0].bytes(tokens: 64) * 5)
        let cache = try makeCache(arena: arena)
        try append(0..<128, to: cache)
        let before = arena.bytesInUse
        #expect(throws: KeyValueError.self) { try append(128..<256, to: cache) }
        #expect(arena.bytesInUse == before && cache.tokenCount == 128 && cache.filled(layer: 0) == 128)
        #expect(try value(127, in: cache)[0] == 127.06)
    }

    @Test("Pages can be taken as bytes and adopted again; short ones are refused")
    func adoption() throws {
        let cache = try makeCache(.q8, valueType: .q4, frame: .page), copy = try makeCache(.q8, valueType: .q4, frame: .page),
            spec = cache.specs[0]
        try append(0..<100, to: cache)
        for layer in 0..<2 {
            for head in 0..<2 {
                for (index, entry) in cache.pages(layer: layer, head: head).enumerated() {
                    let page = try #require(entry.page), memory = try Memory.allocate(byteCount: spec.keyPageBytes + spec.valuePageBytes)
                    memory.base.copyMemory(from: page.keys, byteCount: spec.keyPageBytes)
                    (memory.base + spec.keyPageBytes).copyMemory(from: page.values, byteCount: spec.valuePageBytes)
                    let mapped = try Page(spec: spec, start: page.start, memory: memory, keyOffset: 0, valueOffset: spec.keyPageBytes)
                    try copy.adopt(page: mapped, count: entry.count, layer: layer, head: head, index: index)
                    #expect(throws: KeyValueError.self) {
                        try Page(spec: spec, start: 0, memory: memory, keyOffset: 64, valueOffset: spec.keyPageBytes + 64)
                    }
                    #expect(throws: KeyValueError.pageMisaligned(offset: 4)) {
                        try Page(spec: spec, start: 0, memory: memory, keyOffset: 0, valueOffset: 4)
                    }
                }
            }
        }
        copy.commit(tokens: 100)
        #expect(throws: KeyValueError.self) {
            try copy.adopt(page: #require(copy.page(layer: 0, head: 0, index: 0)), layer: 0, head: 0, index: 7)
        }
        for slot in [0, 63, 64, 99] {
            #expect(try value(slot, in: copy) == value(slot, in: cache))
            #expect(try key(slot, in: copy) == key(slot, in: cache))
        }
        try append(100..<101, to: copy)
        #expect(try value(99, in: copy) == value(99, in: cache), "a mapped page is copied before it is written")
    }
}
