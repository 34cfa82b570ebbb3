import KeyValues
import Tensors

/// Different methods in different layers: each layer is served by one part, which remembers what it wants as if it were alone and drops
/// pages in its own layers only.
///
/// A few layers with full attention bring far tokens into the stream, and the others work on what is near. (MASFormer: Zhang et al., 2023;
/// LongGen: Ge et al., 2024.)
package struct Hybrid: AttentionPolicy {
    package let name: String
    package let needs: PolicyNeeds
    private let parts: [any AttentionPolicy]
    /// Which part serves each layer.
    private let partOfLayer: [Int]

    /// Stands between the parts.
    static let separator: Character = "+"

    /// - Parameters:
    ///   - text: the parts as in `full:1/3@middle+sliding:512`.
    ///   - window: the model's own window in tokens, if it is known.
    package init(_ text: String, window: Int?, layers: Int?) throws(AttentionError) {
        guard let layers else { throw .badComposition(method: text, reason: "it is not known how many layers the model has") }
        var written: [LayerPart] = [], parts: [any AttentionPolicy] = []
        for part in text.split(separator: Self.separator, omittingEmptySubsequences: false) {
            let part = try LayerPart(part, of: text)
            let policy = try PolicyRegistry.policy(part.method, window: window, layers: layers)
            guard !(policy is Hybrid) else { throw .badComposition(method: text, reason: "\(part.method) is composed itself") }
            guard policy.needs.landmarkEvery == nil else {
                throw .badComposition(method: text, reason: "\(part.method) puts landmarks into the text, which all layers see")
            }
            guard policy.needs.tokensPerChunk == nil else {
                throw .badComposition(method: text, reason: "\(part.method) moves tokens in all layers together")
            }
            written.append(part)
            parts.append(policy)
        }
        let name = zip(parts, written).map { $0.name + $1.suffix }.joined(separator: String(Self.separator))
        try self.init(name: name, parts: parts, partOfLayer: LayerPart.assign(written, layers: layers, of: text))
    }

    /// - Parameter partOfLayer: for each layer the number of the part that serves it.
    /// - Throws: where the parts cannot share a cache.
    package init(name: String, parts: [any AttentionPolicy], partOfLayer: [Int]) throws(AttentionError) {
        self.name = name
        self.parts = parts
        self.partOfLayer = partOfLayer
        needs = try Self.needs(of: parts)
    }

    /// A third of the layers, those nearest to the input, full, and in the others the own block alone.
    static func masformer(block: Int, layers: Int?) throws(AttentionError) -> Hybrid {
        try Hybrid("full:1/3@bottom+block0:\(block)", window: nil, layers: layers)
    }

    /// A third of the layers full, in the middle, and strided blocks in the others.
    static func longgen(local: Int, stride: Int, layers: Int?) throws(AttentionError) -> Hybrid {
        try Hybrid("full:1/3@middle+strided:\(local):\(stride)", window: nil, layers: layers)
    }

    /// What serves all parts.
    private static func needs(of parts: [any AttentionPolicy]) throws(AttentionError) -> PolicyNeeds {
        let choosy = parts.filter { $0.needs.frame != nil }
        guard Set(choosy.map(\.needs.frame)).count <= 1 else { throw .framesDiffer(methods: choosy.map(\.name)) }
        let needs = parts.map(\.needs)
        return PolicyNeeds(
            frame: choosy.first?.needs.frame, queriesPerPlan: needs.compactMap(\.queriesPerPlan).min(),
            surprisal: needs.contains(where: \.surprisal), memory: needs.contains(where: \.memory),
            watchedTokens: needs.map(\.watchedTokens).max() ?? 0, ranksKeys: needs.contains(where: \.ranksKeys),
            headScores: needs.lazy.compactMap(\.headScores).first, tokensPerChunk: needs.compactMap(\.tokensPerChunk).min(),
            choosesForOne: needs.contains(where: \.choosesForOne))
    }

    private init(_ whole: Hybrid, parts: [any AttentionPolicy]) {
        name = whole.name
        needs = whole.needs
        partOfLayer = whole.partOfLayer
        self.parts = parts
    }

    package func divided(by scores: HeadScores) -> any AttentionPolicy {
        Hybrid(self, parts: parts.map { $0.needs.headScores == nil ? $0 : $0.divided(by: scores) })
    }

    // MARK: Asking the part of a layer

    private func part(layer: Int) -> any AttentionPolicy { parts[partOfLayer[layer]] }

    package func queriesPerPlan(layer: Int) -> Int? { part(layer: layer).queriesPerPlan(layer: layer) }

    package func reach(of position: Int, layer: Int) -> PolicyReach { part(layer: layer).reach(of: position, layer: layer) }

    package func budget(tokens: Int, layer: Int, phase: BudgetPhase) -> TokenBudget {
        part(layer: layer).budget(tokens: tokens, layer: layer, phase: phase)
    }

    package func slots(neededAt position: Int, layer: Int, head: Int, cache: KeyValueCache) -> [Range<Int>] {
        part(layer: layer).slots(neededAt: position, layer: layer, head: head, cache: cache)
    }

    package func beginRound(in cache: KeyValueCache) {
        for index in parts.indices { lend(index, of: cache) { $0.beginRound(in: cache) } }
    }

    package func beginChunk(_ count: Int, cache: KeyValueCache) throws(KeyValueError) {
        for index in parts.indices {
            try lend(index, of: cache) { part throws(KeyValueError) in try part.beginChunk(count, cache: cache) }
        }
    }

    package func prepare(_ queries: LayerQueries, cache: KeyValueCache) {
        lend(partOfLayer[queries.layer], of: cache) { $0.prepare(queries, cache: cache) }
    }

    package func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        lend(partOfLayer[block.layer], of: cache) { $0.plan(block, cache: cache) }
    }

    package func observe(_ queries: LayerQueries, result: AttentionResult, cache: KeyValueCache) throws(AttentionError) {
        try lend(partOfLayer[queries.layer], of: cache) { part throws(AttentionError) in
            try part.observe(queries, result: result, cache: cache)
        }
    }

    package func endChunk(_ tokens: ArraySlice<Int32>, surprisals: [Float?], cache: KeyValueCache) {
        for index in parts.indices { lend(index, of: cache) { $0.endChunk(tokens, surprisals: surprisals, cache: cache) } }
    }

    package func beginText(in cache: KeyValueCache) {
        for index in parts.indices { lend(index, of: cache) { $0.beginText(in: cache) } }
    }

    package func endText(in cache: KeyValueCache, compute: Compute) {
        for index in parts.indices { lend(index, of: cache) { $0.endText(in: cache, compute: compute) } }
    }

    package func retain(in cache: KeyValueCache, layer: Int) {
        lend(partOfLayer[layer], of: cache) { $0.retain(in: cache, layer: layer) }
    }

    /// Lets a part find in the cache what it remembers itself.
    private func lend<Result, Problem: Error>(
        _ index: Int, of cache: KeyValueCache, _ body: (any AttentionPolicy) throws(Problem) -> Result
    ) throws(Problem) -> Result {
        var own = cache.memory as? PartMemories ?? PartMemories(method: name, count: parts.count)
        cache.memory = own.take(index)
        defer {
            own.put(cache.memory, at: index)
            cache.memory = own.isEmpty ? nil : own
        }
        return try body(parts[index])
    }
}

// MARK: - Remembering

extension Hybrid {
    package func memory(_ record: MemoryRecord, for cache: KeyValueCache) -> (any SequenceMemory)? {
        var memories = PartMemories(method: name, count: parts.count)
        for (index, part) in parts.enumerated() {
            guard let own = record.part(index, method: part.name) else { continue }
            guard let memory = part.memory(own, for: cache) else { return nil }
            memories.put(memory, at: index)
        }
        return memories
    }
}

/// What each part of a composition remembers.
private struct PartMemories: SequenceMemory {
    private let method: String
    private var parts: [(any SequenceMemory)?]

    init(method: String, count: Int) {
        self.method = method
        parts = Array(repeating: nil, count: count)
    }

    var isEmpty: Bool { parts.allSatisfy { $0 == nil } }
    var byteCount: Int { parts.reduce(0) { $0 + ($1?.byteCount ?? 0) } }

    mutating func take(_ index: Int) -> (any SequenceMemory)? {
        defer { parts[index] = nil }
        return parts[index]
    }

    mutating func put(_ memory: (any SequenceMemory)?, at index: Int) { parts[index] = memory }

    var record: MemoryRecord {
        let records = parts.map { $0?.record }
        var whole = MemoryRecord(method: method, tokens: records.compactMap { $0?.tokens }.max() ?? 0)
        for (index, record) in records.enumerated() {
            if let record { whole.add(record, part: index) }
        }
        return whole
    }

    /// A part that cannot go back forgets; the others need not.
    mutating func truncate(to tokens: Int) -> Bool {
        for index in parts.indices where parts[index]?.truncate(to: tokens) == false { parts[index] = nil }
        return true
    }
}

extension MemoryRecord {
    /// How the arrays of a part are told from those of others.
    private static func prefix(_ part: Int) -> String { "part\(part)." }
    /// How many tokens a part covers: two numbers, of which the first counts 2³⁰.
    private static let tokenCount = "tokens"

    fileprivate mutating func add(_ record: MemoryRecord, part index: Int) {
        let prefix = Self.prefix(index)
        for (key, values) in record.floats { floats[prefix + key] = values }
        for (key, values) in record.integers { integers[prefix + key] = values }
        integers[Self.tokenCount + prefix] = [Int32(record.tokens >> 30), Int32(record.tokens & (1 << 30 - 1))]
    }

    /// nil where the part remembered nothing.
    fileprivate func part(_ index: Int, method: String) -> MemoryRecord? {
        let prefix = Self.prefix(index)
        guard let count = integers[Self.tokenCount + prefix], count.count == 2 else { return nil }
        func own<Value>(_ arrays: [String: Value]) -> [String: Value] {
            let pairs = arrays.compactMap { $0.hasPrefix(prefix) ? (String($0.dropFirst(prefix.count)), $1) : nil }
            return Dictionary(uniqueKeysWithValues: pairs)
        }
        return MemoryRecord(
            method: method, tokens: Int(count[0]) << 30 + Int(count[1]), floats: own(floats), integers: own(integers))
    }
}

extension Hybrid {
    static let masformerEntry = PolicyEntry(
        name: "masformer", usage: "masformer:BLOCK", largestOptionCount: 1
    ) { options throws(AttentionError) in
        try masformer(block: options[0] ?? 1024, layers: options.layers)
    }
    static let longgenEntry = PolicyEntry(
        name: "longgen", usage: "longgen:LOCAL:STRIDE", largestOptionCount: 2
    ) { options throws(AttentionError) in
        try longgen(
            local: options[0] ?? StridedBlocks.defaultLocal, stride: options[1] ?? StridedBlocks.defaultStride, layers: options.layers)
    }
}
