import ApusTesting
import Attention
import KeyValues
import Tensors
import Testing

@Suite("Different methods in different layers")
struct HybridTests {
    /// In which layers a composition looks back without end, and its full name.
    private func full(_ text: String, layers: Int, window: Int? = nil) throws -> Composition {
        let policy = try PolicyRegistry.policy(text, window: window, layers: layers)
        return Composition((0..<layers).filter { policy.reach(of: 99_999, layer: $0).own.count == 100_000 }, policy.name)
    }

    private struct Composition: Equatable {
        let layers: [Int]
        let name: String

        init(_ layers: [Int], _ name: String) {
            self.layers = layers
            self.name = name
        }
    }

    @Test("Shares of the layers stand in the middle unless told otherwise, lists where they say")
    func grammar() throws {
        #expect(try full("full:1/3+sliding:512", layers: 6) == Composition([2, 3], "full:1/3@middle+sliding:512"))
        #expect(try full("full:1/3@bottom+sliding:512", layers: 6).layers == [0, 1])
        #expect(try full("sliding:512+full:1/3@top", layers: 6) == Composition([4, 5], "sliding:512+full:1/3@top"))
        #expect(try full("full:1/3@every+sliding:512", layers: 6).layers == [2, 5])
        #expect(try full("full:1/3+sliding", layers: 32, window: 64).layers == Array(10..<21))
        #expect(try full("full@0-1,4+sliding:512", layers: 6) == Composition([0, 1, 4], "full@0-1,4+sliding:512"))
        #expect(try full("sliding:9@0-3+full@4,5", layers: 6) == Composition([4, 5], "sliding:9@0-3+full@4,5"))
        #expect(try full("full:1/12+sliding:5", layers: 6).layers.count == 1)
        #expect(try full("full@0+streaming:1:7:1/2@top+block0:64", layers: 5).layers == [0])
        #expect(try full("masformer", layers: 6) == Composition([0, 1], "full:1/3@bottom+block0:1024"))
        #expect(try full("longgen:4:8", layers: 3).name == "full:1/3@middle+strided:4:8:64")
        for text in ["full:1/3+sliding:512", "sliding:9@0-3+full@4,5", "longgen", "masformer:64", "full@0+streaming:1:7:1/2@top+block0:64"]
        {
            let name = try PolicyRegistry.policy(text, window: nil, layers: 6).name
            #expect(try PolicyRegistry.policy(name, window: nil, layers: 6).name == name)
        }
    }

    @Test(
        "The share of full attention's work is what MASFormer's arithmetic says, at 8,192 tokens and 24 layers",
        arguments: [
            ("full:4/24@bottom+block0:1024", 0.271), ("full:8/24@bottom+block0:1024", 0.417), ("full:6/24+sliding:1024", 0.426),
            ("full:4/24@every+sliding:512", 0.268), ("full:12/24@top+sliding:2048", 0.719),
        ])
    func work(text: String, share: Double) throws {
        let policy = try PolicyRegistry.policy(text, window: nil, layers: 24), tokens = 8192
        let pairs = (0..<24).reduce(0) { sum, layer in
            (0..<tokens).reduce(sum) { $0 + policy.reach(of: $1, layer: layer).own.count }
        }
        #expect(abs(Double(pairs) / Double(24 * tokens * (tokens + 1) / 2) - share) < 0.0006)
    }

    @Test(
        "What does not add up is refused, with the reason",
        arguments: [
            "full+sliding:5", "full@0-3", "full@0-9+sliding:5", "full@0,0+sliding:5", "full@0-5+sliding:5", "full:1/1+sliding:5",
            "full:2/1+sliding:5", "full:0/3+sliding:5", "full@middle+sliding:5", "full:1/3@left+sliding:5", "full:1/3@0-1+sliding:5",
            "full@1@2+sliding:5", "full@+sliding:5", "+", "full+", "full@x-2+sliding:5", "full@3-2+sliding:5", "full:2/3+sliding:5:2/3",
            "full@0+sliding:5@1", "masformer@0+full", "full:1/3+nonsense", "full@0-99999999999+sliding:5", "full:1/9999999999+sliding:5",
        ])
    func refusals(text: String) {
        do throws(AttentionError) {
            _ = try PolicyRegistry.policy(text, window: nil, layers: 6)
            Issue.record("\(text) was accepted")
        } catch {
            #expect(error.kind == .usage && !error.description.isEmpty)
        }
        #expect(throws: AttentionError.self) { try PolicyRegistry.policy("full:1/3+sliding:5", window: nil) }
    }

    /// Remembers which layers' queries it saw, how many, and drops a page of its own number.
    private struct Witness: AttentionPolicy {
        let name: String
        var frame: KeyFrame?
        var queriesPerRun: Int?
        var dropped = 0

        struct Memory: SequenceMemory {
            var seen: [Int32] = []
            var tokens = 0
            var byteCount: Int { seen.count * 4 }
            var record: MemoryRecord { MemoryRecord(method: "witness", tokens: tokens, integers: ["seen": seen]) }
            mutating func truncate(to tokens: Int) -> Bool { tokens > 100 }
        }

        var needs: PolicyNeeds { PolicyNeeds(frame: frame, queriesPerPlan: queriesPerRun) }
        func reach(of position: Int, layer: Int) -> PolicyReach { PolicyReach(own: 0..<position + 1) }
        func prepare(_ queries: LayerQueries, cache: KeyValueCache) {
            cache.withMemory(Memory()) { $0.seen.append(Int32(queries.layer)) }
        }
        func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
            AttentionPlan([KeySpan(0..<block.positions.upperBound)])
        }
        func endChunk(_ tokens: ArraySlice<Int32>, surprisals: [Float?], cache: KeyValueCache) {
            cache.withMemory(Memory()) { $0.tokens += tokens.count }
        }
        func retain(in cache: KeyValueCache, layer: Int) { cache.drop(pages: dropped..<dropped + 1, layer: layer) }
        func memory(_ record: MemoryRecord, for cache: KeyValueCache) -> (any SequenceMemory)? {
            record.integers["seen"].map { Memory(seen: $0, tokens: record.tokens) }
        }
    }

    @Test("Each part remembers for itself, drops pages of its own layers, and gets its memory back from a record")
    func parts() throws {
        let problem = AttentionCase(tokens: 200, queries: 200), compute = AttentionCase.compute
        let cache = KeyValueCache(specs: Array(repeating: try problem.spec, count: 3), rotary: Array(repeating: problem.rotary, count: 3))
        let hybrid = try Hybrid(
            name: "two", parts: [Witness(name: "a", queriesPerRun: 100), Witness(name: "b", dropped: 1)], partOfLayer: [0, 1, 0])
        for layer in 0..<3 {
            try cache.append(layer: layer, keys: problem.keyTensor, values: problem.valueTensor, compute: compute)
            _ = try compute.attend(
                queries: problem.queryTensor, firstPosition: 0, layer: layer, cache: cache, policy: hybrid, rule: problem.scoreRule)
        }
        cache.commit(tokens: 200)
        hybrid.endChunk(Array(repeating: 0, count: 200)[...], surprisals: [], cache: cache)
        hybrid.retain(in: cache)
        let record = try #require(cache.memory?.record)
        #expect(record.integers["part0.seen"] == [0, 0, 2, 2] && record.integers["part1.seen"] == [1])
        #expect(cache.memory?.byteCount == 20 && record.tokens == 200)
        #expect(
            (0..<3).map { layer in (0..<3).map { cache.page(layer: layer, head: 1, index: $0) == nil } }
                == [[true, false, false], [false, true, false], [true, false, false]])
        #expect(hybrid.memory(record, for: cache)?.record == record)

        let fork = cache.fork()
        fork.truncate(to: 150)
        #expect(fork.memory?.record == record)
        fork.truncate(to: 90)
        #expect(fork.memory?.byteCount == 0 && cache.memory?.record == record)
    }

    @Test("Parts that want keys in different frames are refused together")
    func frames() throws {
        let raw = Witness(name: "a", frame: .raw), origin = Witness(name: "b", frame: .origin), easy = Witness(name: "c")
        #expect(throws: AttentionError.framesDiffer(methods: ["a", "b"])) {
            try Hybrid(name: "x", parts: [raw, easy, origin], partOfLayer: [0, 1, 2])
        }
        #expect(try Hybrid(name: "x", parts: [easy, raw], partOfLayer: [0, 1]).needs.frame == .raw)
    }
}
