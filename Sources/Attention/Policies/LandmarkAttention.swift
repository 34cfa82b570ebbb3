import KeyValues
import Positions

/// Blocks of a long text that the model's own attention calls back: after every `regular` tokens stands a landmark, and what a query
/// would give a block's landmark is what it gives the block.
///
/// A query sees the regular tokens of its own block, and of all blocks before it those whose landmarks score best, each head its own.
/// Blocks that are called back are shown in their order as if little lay between them, older ones a block farther away than the last ones,
/// so that no distance is longer than the model was trained for. It takes a model that was trained with landmarks. (Mohtashami and Jaggi,
/// Landmark Attention: Random-Access Infinite Context Length for Transformers, 2023.)
package struct LandmarkAttention: AttentionPolicy {
    /// Regular tokens of a block.
    package let regular: Int
    /// Blocks that a query calls back.
    package let recalled: Int

    package static let defaultRegular = 50
    package static let defaultRecalled = 4

    package var name: String { "landmark:\(regular):\(recalled)" }
    /// Each query chooses for itself, so none shares a plan.
    package var needs: PolicyNeeds { PolicyNeeds(frame: .raw, queriesPerPlan: 1, landmarkEvery: block) }

    package init(regular: Int, recalled: Int) {
        precondition(regular > 0 && recalled > 0, "blocks of \(regular) tokens, of which \(recalled) are called back")
        self.regular = regular
        self.recalled = recalled
    }

    /// Tokens of a block, its landmark included.
    private var block: Int { regular + 1 }

    package func reach(of position: Int, layer: Int) -> PolicyReach {
        let own = position / block
        guard own > recalled else { return PolicyReach(own: 0..<position + 1) }
        return PolicyReach(
            own: own * block..<position + 1, placed: [0..<own * block], farthestPlaced: (recalled + 1) * block + position % block)
    }

    package func budget(tokens: Int, layer: Int, phase: BudgetPhase) -> TokenBudget {
        let blocks = max(0, tokens - 1) / block
        // Half of its own block, in the mean, lies before a query.
        return .all(of: tokens, showing: recalled * block + block / 2, comparing: blocks > recalled ? Double(blocks) : 0)
    }

    // MARK: Choosing

    package func prepare(_ queries: LayerQueries, cache: KeyValueCache) {
        let position = queries.positions.upperBound - 1, blocks = position / block
        guard blocks > recalled else { return }
        let group = queries.group(in: cache)
        cache.withMemory(LandmarkMemory(method: name, block: block, cache: cache)) { memory in
            for head in 0..<cache.specs[queries.layer].heads {
                memory.learn(blocks: blocks, layer: queries.layer, head: head, cache: cache)
                let chosen = (0..<group).map { row in
                    choose(blocks, query: head * group + row, keys: memory.keys(layer: queries.layer, head: head), queries, cache)
                }
                memory.set(chosen, layer: queries.layer, head: head, position: position)
                cache.count(AttentionCount(compared: blocks * group))
            }
        }
    }

    /// The blocks whose landmarks score best, the earlier one among equals, in the order of the text.
    private func choose(
        _ blocks: Int, query: Int, keys: [Float], _ queries: LayerQueries, _ cache: KeyValueCache
    ) -> [Int] {
        let dimension = cache.layout(layer: queries.layer).paddedKeyDim, offset = (queries.positions.upperBound - 1) % block
        let layout = cache.layout(layer: queries.layer), old = blocks - recalled
        let probe = Array(queries.paired(queryHead: query, in: cache).suffix(dimension))
        // Landmarks of older blocks stand at one place, those of the last ones where they are.
        let places = [(0..<old, 0)] + (old..<blocks).map { ($0..<$0 + 1, $0 - old + 1) }
        var scores: [Float] = []
        scores.reserveCapacity(blocks)
        for (run, place) in places {
            let distance = (recalled + 1 - place) * block + offset - regular
            let turned = layout.rotary.turned(probe, by: distance)
            let slope = (queries.rule.slopes?[query] ?? 0) * Float(distance) / queries.rule.scale
            for block in run { scores.append(Self.dot(turned, keys, block * dimension) - slope) }
        }
        return scores.placesOfLargest(recalled)
    }

    private static func dot(_ query: [Float], _ keys: [Float], _ start: Int) -> Float {
        var sum: Float = 0
        for index in query.indices { sum += query[index] * keys[start + index] }
        return sum
    }

    // MARK: Showing

    package func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        let position = block.positions.upperBound - 1, blocks = position / self.block, first = blocks * self.block
        let own = KeySpan(first..<min(first + regular, position + 1))
        guard blocks > recalled else {
            return AttentionPlan((0..<blocks).map { recall($0, placement: .own) } + [own])
        }
        // Without queries to choose by, the last blocks are the likeliest.
        let memory = cache.memory as? LandmarkMemory, last = Array(blocks - recalled..<blocks)
        let chosen =
            memory?.chosen(layer: block.layer, head: block.head, position: position)
            ?? Array(repeating: last, count: block.group)
        var rows: [Recall: RowBits] = [:]
        for (row, chosen) in chosen.enumerated() {
            for (rank, number) in chosen.enumerated() {
                let place = number < blocks - recalled ? rank : rank + 1
                let recall = Recall(block: number, position: first + (place - recalled - 1) * self.block)
                rows[recall, default: RowBits(count: block.group)][row] = true
            }
        }
        let recalls = rows.sorted { ($0.key.block, $0.key.position) < ($1.key.block, $1.key.position) }
        return AttentionPlan(recalls.map { recall($0.block, rows: .some($1), placement: .placed(at: $0.position)) } + [own])
    }

    /// A block that is called back, and where its first token appears.
    private struct Recall: Hashable {
        let block: Int
        let position: Int
    }

    private func recall(_ number: Int, rows: RowSet = .all, placement: Placement) -> KeySpan {
        let first = number * block
        return KeySpan(first..<first + regular, rows: rows, placement: placement, gate: first + regular)
    }

    package func retain(in cache: KeyValueCache, layer: Int) {}

    /// All of it can be had again from the pages.
    package func memory(_ record: MemoryRecord, for cache: KeyValueCache) -> (any SequenceMemory)? {
        record.method == name ? LandmarkMemory(method: name, block: block, cache: cache) : nil
    }
}

/// The keys of landmarks, and which blocks were called back last.
private struct LandmarkMemory: SequenceMemory {
    private let method: String
    /// Tokens of a block.
    private let block: Int
    /// Elements of a key in each layer.
    private let dimensions: [Int]
    /// For each layer and key/value head the landmarks' keys in paired order, one behind the other; they can be had again from the pages.
    private var keys: [[[Float]]]
    /// For each layer and key/value head the blocks that each query head of its group called back, and at which position.
    private var choices: [[[[Int]]]]
    private var positions: [Int?]

    init(method: String, block: Int, cache: KeyValueCache) {
        self.method = method
        self.block = block
        dimensions = cache.specs.indices.map { cache.layout(layer: $0).paddedKeyDim }
        keys = cache.specs.map { Array(repeating: [], count: $0.heads) }
        choices = cache.specs.map { Array(repeating: [], count: $0.heads) }
        positions = Array(repeating: nil, count: cache.specs.count)
    }

    var byteCount: Int { keys.joined().reduce(0) { $0 + $1.count * MemoryLayout<Float>.stride } }
    var record: MemoryRecord { MemoryRecord(method: method, tokens: 0) }

    mutating func truncate(to tokens: Int) -> Bool {
        for layer in keys.indices {
            positions[layer] = nil
            let most = tokens / block * dimensions[layer]
            for head in keys[layer].indices { keys[layer][head].removeLast(max(0, keys[layer][head].count - most)) }
        }
        return true
    }

    func keys(layer: Int, head: Int) -> [Float] { keys[layer][head] }

    /// Takes the keys of landmarks that are not known yet; one whose page is gone scores nothing.
    mutating func learn(blocks: Int, layer: Int, head: Int, cache: KeyValueCache) {
        let layout = cache.layout(layer: layer)
        for number in min(blocks, keys[layer][head].count / dimensions[layer])..<blocks {
            let slot = (number + 1) * block - 1
            let page = cache.page(layer: layer, head: head, index: slot / CacheSpec.pageTokens)
            keys[layer][head] +=
                page.map { layout.key(in: $0, slot: slot % CacheSpec.pageTokens) } ?? Array(repeating: 0, count: dimensions[layer])
        }
    }

    mutating func set(_ chosen: [[Int]], layer: Int, head: Int, position: Int) {
        choices[layer][head] = chosen
        positions[layer] = position
    }

    /// What was chosen last, if it was for this position.
    func chosen(layer: Int, head: Int, position: Int) -> [[Int]]? {
        positions[layer] == position ? choices[layer][head] : nil
    }
}

extension LandmarkAttention {
    static let entry = PolicyEntry(name: "landmark", usage: "landmark:REGULAR:RECALLED", largestOptionCount: 2) { options in
        LandmarkAttention(regular: options[0] ?? defaultRegular, recalled: options[1] ?? defaultRecalled)
    }
}
