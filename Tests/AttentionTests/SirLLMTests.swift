import ApusTesting
import Attention
import KeyValues
import Tensors
import Testing

@Suite("SirLLM")
struct SirLLMTests {
    /// A conversation whose tokens surprise as the test says, and beside it what the definition makes of it.
    private struct Talk {
        let problem: AttentionCase
        let policy: SirLLM
        let cache: KeyValueCache
        /// The tokens that are held and their surprise, by the definition.
        private(set) var held: [(token: Int, surprise: Float)] = []

        init(_ problem: AttentionCase, _ policy: SirLLM) throws {
            self.problem = problem
            self.policy = policy
            // Two layers, which must keep the same tokens.
            cache = try KeyValueCache(specs: [problem.spec, problem.spec], rotary: [problem.rotary, problem.rotary])
        }

        /// Reads a chunk.
        /// - Returns: by how much its outputs differ from brute force over the held tokens with their gaps closed.
        mutating func readAndCompare(_ length: Int, surprise: (Int) -> Float) throws -> Double {
            let first = cache.tokenCount
            var before = self
            before.makeRoom(for: length)
            let results = try read(length, surprise: surprise), base = problem.bruteForce(), queries = problem.queryTensor
            return (first..<first + length).map { token in
                let seen = before.held.map(\.token) + Array(first...token)
                var brute = base
                brute.keys = seen.map { base.keys[$0] }
                brute.values = seen.map { base.values[$0] }
                brute.positions = Array(seen.indices)
                let rows = (0..<problem.heads * problem.group).map {
                    brute.row(
                        query: queries.rowArray(token), position: seen.count - 1, index: 0, queryHead: $0,
                        plan: AttentionPlan([KeySpan(0..<seen.count)]))
                }
                return results.map { MethodStream.largestDifference([$0.outputs.rowArray(token - first)], [rows]) }.max() ?? .infinity
            }.max() ?? .infinity
        }

        /// Reads a chunk and returns what each layer's attention gave.
        @discardableResult
        mutating func read(_ length: Int, surprise: (Int) -> Float) throws -> [AttentionResult] {
            let first = cache.tokenCount, chunk = first..<first + length
            try policy.beginChunk(length, cache: cache)
            makeRoom(for: length)
            let keys = problem.keyTensor.slice(chunk), values = problem.valueTensor.slice(chunk), queries = problem.queryTensor.slice(chunk)
            let results = try (0..<2).map { layer in
                try cache.append(layer: layer, keys: keys, values: values, compute: AttentionCase.compute)
                return try AttentionCase.compute.attend(
                    queries: queries, firstPosition: first, layer: layer, cache: cache, policy: policy, rule: problem.scoreRule)
            }
            cache.commit(tokens: length)
            let surprisals = chunk.map(surprise)
            policy.endChunk(Array(repeating: 0, count: length)[...], surprisals: surprisals, cache: cache)
            policy.retain(in: cache)
            held += zip(chunk, surprisals).map { ($0, $1) }
            return results
        }

        mutating func beginTurn() {
            policy.beginRound(in: cache)
            for place in held.indices { held[place].surprise *= policy.retention }
        }

        private mutating func makeRoom(for count: Int) {
            guard held.count + count > policy.capacity else { return }
            let room = max(count, policy.capacity / 8), target = policy.capacity - room
            var kept = Array(0..<policy.sinks)
            let ranked = held.indices.sorted { (held[$1].surprise, $0) < (held[$0].surprise, $1) }
            for place in ranked.prefix(max(0, policy.surprising - room)) where !kept.contains(place) { kept.append(place) }
            for place in held.indices.reversed() where kept.count < target && !kept.contains(place) { kept.append(place) }
            held = kept.sorted().map { held[$0] }
        }
    }

    private static func surprise(_ token: Int) -> Float { Float((token * 7919 + 13) % 101) / 10 }

    @Test(
        "What is kept, where it is shown and how it fades are those of the rule, in all layers",
        arguments: [Float(1), 0.5])
    func rule(retention: Float) throws {
        let problem = AttentionCase(tokens: 420, queries: 420, heads: 1)
        let policy = SirLLM(sinks: 3, surprising: 70, recent: 20, retention: retention)
        var talk = try Talk(problem, policy)
        for length in [40, 33, 1, 30, 1, 1, 20, 43, 1, 1, 1, 43, 64, 7, 20, 30, 14, 60] {
            talk.beginTurn()
            #expect(try talk.readAndCompare(length, surprise: Self.surprise) < 1e-5, "at \(talk.cache.tokenCount)")
            #expect(talk.held.count <= policy.capacity)
        }
        #expect(
            talk.cache.memory?.movedTokens.map(Int.init) == Array(talk.held.map(\.token).prefix(talk.cache.memory?.movedTokens.count ?? 0)))
    }

    @Test("As long as all tokens fit it is full attention, whatever fades")
    func withinCapacity() throws {
        let problem = AttentionCase(tokens: 90, queries: 90, heads: 1)
        var talk = try Talk(problem, SirLLM(sinks: 4, surprising: 60, recent: 26, retention: 0.3))
        for length in [30, 30, 30] {
            talk.beginTurn()
            #expect(try talk.readAndCompare(length, surprise: Self.surprise) < 1e-5)
        }
        #expect(talk.held.map(\.token) == Array(0..<90))
        #expect(talk.cache.memory?.movedTokens.isEmpty == true)
    }

    @Test("The kept size is exact; first tokens, the most surprising and the newest are in it, each once and in order")
    func eviction() {
        let policy = SirLLM(sinks: 2, surprising: 5, recent: 3), surprisals: [Float] = [0, 9, 1, 8, 2, 8, 3, 7, 4, 1]
        // Room for two: eight stay, three of them by surprise (1, 3 and 5), then the newest.
        #expect(policy.places(of: surprisals, room: 2) == [0, 1, 3, 5, 6, 7, 8, 9])
        // With no room for surprise, the first and the newest: what StreamingLLM keeps.
        #expect(policy.places(of: surprisals, room: 5) == [0, 1, 7, 8, 9])
        #expect(policy.places(of: surprisals, room: 7) == [0, 1, 9])
        // Nothing is known of these.
        #expect(policy.places(of: Array(repeating: .nan, count: 10), room: 2) == [0, 1, 4, 5, 6, 7, 8, 9])
    }

    @Test("A rare word outlives common ones until it has faded below them, at the turn that the powers of the retention say")
    func fading() throws {
        let problem = AttentionCase(tokens: 400, queries: 400, heads: 1, group: 1, keyDim: 4, valueDim: 4)
        func turnsKept(_ retention: Float) throws -> Int {
            var talk = try Talk(problem, SirLLM(sinks: 1, surprising: 40, recent: 0, retention: retention))
            for turn in 0..<20 {
                talk.beginTurn()
                try talk.read(20) { $0 == 10 ? 8 : 1 + Float($0 % 7) / 100 }
                if !talk.held.contains(where: { $0.token == 10 }) { return turn }
            }
            return 20
        }
        #expect(try turnsKept(1) == 20)
        // After three turns 8 · 0.5³ is below what is read with it and behind the newest.
        #expect((2...6).contains(try turnsKept(0.5)))
    }

    @Test("Pages are given back: what is held doesn't grow with the conversation")
    func bounded() throws {
        let problem = AttentionCase(tokens: 2000, queries: 2000, heads: 1, group: 1, keyDim: 4, valueDim: 4, keyType: .bf16)
        let policy = SirLLM(sinks: 4, surprising: 100, recent: 24)
        var talk = try Talk(problem, policy)
        for _ in 0..<40 {
            try talk.read(50, surprise: Self.surprise)
            #expect(talk.cache.bytesInUse <= 2 * 5 * (try problem.spec).pageBytes + 2000)
        }
    }

    @Test("Forks keep what they hold, and a saved memory goes on")
    func forksAndRecords() throws {
        let problem = AttentionCase(tokens: 300, queries: 300, heads: 1), policy = SirLLM(sinks: 2, surprising: 50, recent: 12)
        var talk = try Talk(problem, policy)
        for _ in 0..<6 { try talk.read(25, surprise: Self.surprise) }
        let fork = talk.cache.fork(), record = try #require(talk.cache.memory?.record), bytes = fork.storedKeys(layer: 1, head: 0, page: 0)
        for _ in 0..<3 { #expect(try talk.readAndCompare(25, surprise: Self.surprise) < 1e-5) }
        #expect(fork.memory?.record == record && fork.storedKeys(layer: 1, head: 0, page: 0) == bytes)
        #expect(policy.memory(record, for: fork)?.record == record)
        #expect(policy.memory(record, for: talk.cache) == nil)
        var damaged = record
        damaged.integers["tokens"]?[0] = -1
        #expect(policy.memory(damaged, for: fork) == nil)
        #expect(policy.needs.memory)
    }

    @Test("Options come from the model's window, and what is shown stays within it")
    func defaults() throws {
        #expect(try PolicyRegistry.policy("sirllm", window: 1024).name == "sirllm:4:764:256")
        #expect(try PolicyRegistry.policy("sirllm:4:508:0:70", window: nil).name == "sirllm:4:508:0:70")
        #expect(try PolicyRegistry.policy("sirllm", window: 32_768).reach(of: 1_000_000, layer: 0).farthest == 4095)
        for window in [64, 512, 1024] {
            let policy = try PolicyRegistry.policy("sirllm", window: window)
            #expect(policy.reach(of: 1_000_000, layer: 0).farthest < window)
            #expect(policy.needs.surprisal && policy.needs.tokensPerChunk == (window - 4) / 2)
        }
        for text in ["sirllm:4:0", "sirllm:4:10:10:101", "sirllm:-1"] {
            #expect(throws: AttentionError.self) { try PolicyRegistry.policy(text, window: 1024) }
        }
    }
}
