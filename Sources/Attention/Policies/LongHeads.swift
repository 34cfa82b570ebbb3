import KeyValues
import Positions
import Tensors

/// Lets every head read its own few chunks of a text, so that together they cover all of it while none of them sees a distance that
/// the model was not trained for.
///
/// The text is cut into chunks of equal length. A query sees the first chunk, its own, the one before it, and of the rest those whose
/// representation fits it best: `attended` keys in all. They are shown in their order with the gaps closed, so that the query's own
/// chunk and the one before are at their true distances. (Lu et al., LongHeads: Multi-Head Attention is Secretly a Long Context
/// Processor, 2024.)
///
/// Deviations: one rule for reading and writing (a chunk is chosen from once it lies two behind the query's own); a representation
/// serves the query heads that share keys. Chunks that another method has read are represented by the mean of their keys.
package struct LongHeads: AttentionPolicy {
    /// Tokens of a chunk.
    package let chunk: Int
    /// Keys that a query sees; at least three chunks.
    package let attended: Int
    /// Whether the query heads that share keys choose together, by the sum of their scores.
    package let sharesChoice: Bool

    package init(chunk: Int, attended: Int, sharesChoice: Bool = false) {
        precondition(chunk > 0 && attended >= 3 * chunk && attended.isMultiple(of: chunk), "\(attended) keys in chunks of \(chunk)")
        self.chunk = chunk
        self.attended = attended
        self.sharesChoice = sharesChoice
    }

    package var name: String { "\(sharesChoice ? Self.sharedName : Self.ownName):\(chunk):\(attended)" }

    static let ownName = "longheads"
    static let sharedName = "longheads-shared"

    package var needs: PolicyNeeds { PolicyNeeds(frame: .page, queriesPerPlan: Self.queries(sharing: chunk)) }

    /// Queries of one plan belong to one chunk; the fewer they are, the fewer rows stand by while others attend.
    private static func queries(sharing chunk: Int) -> Int {
        var queries = 16
        while !chunk.isMultiple(of: queries) { queries /= 2 }
        return queries
    }

    /// Chunks that a query sees.
    var chunks: Int { attended / chunk }

    package func check(_ spec: CacheSpec) throws(AttentionError) {
        try checkFrame(spec)
        if spec.keyDim != spec.valueDim { throw .dimensionsDiffer(method: name, keyDim: spec.keyDim, valueDim: spec.valueDim) }
    }

    package func reach(of position: Int, layer: Int) -> PolicyReach {
        let own = position / chunk
        guard own >= chunks else { return PolicyReach(own: 0..<position + 1) }
        let first = (own - 1) * chunk
        return PolicyReach(own: first..<position + 1, placed: [0..<first], farthestPlaced: attended - 1)
    }

    package func budget(tokens: Int, layer: Int, phase: BudgetPhase) -> TokenBudget {
        let own = max(0, tokens - 1) / chunk
        // Half of its own chunk, in the mean, lies before a query.
        return .all(of: tokens, showing: attended + chunk / 2, comparing: own >= chunks ? Double(own - 1) : 0)
    }

    // MARK: Choosing

    package func prepare(_ queries: LayerQueries, cache: KeyValueCache) {
        guard let last = queries.positions.last else { return }
        cache.withMemory(LongHeadsMemory(method: name, layers: cache.specs.count)) { memory in
            memory.layers[queries.layer].remember(queries, chunk: chunk, cache: cache)
            let own = last / chunk
            guard own >= chunks else { return }
            memory.layers[queries.layer].choice = choice(
                queries, candidates: 1..<own - 1, representations: memory.layers[queries.layer].representations, cache: cache)
        }
    }

    /// The best chunks of each row of each key/value head.
    private func choice(
        _ queries: LayerQueries, candidates: Range<Int>, representations: [GrowingMatrix], cache: KeyValueCache
    ) -> LongHeadsMemory.Choice {
        let group = queries.group(in: cache), count = queries.values.rows
        let chosen = representations.indices.map { head in
            let paired = (head * group..<(head + 1) * group).map { queries.paired(queryHead: $0, in: cache) }
            let rows = Tensor(rows: group * count, columns: representations[head].columns, paired.flatMap(\.self))
            let scores = Tensor(rows: rows.rows, columns: candidates.upperBound)
            queries.compute.multiply(rows, representations[head].matrix(rows: candidates.upperBound), into: scores)
            cache.count(AttentionCount(compared: scores.rows * scores.columns))
            if sharesChoice { addUp(scores, group: group, compute: queries.compute) }
            return (0..<count * group).map { row in
                let scored = row % group * count + row / group
                return scores.withRow(sharesChoice ? row / group : scored) { $0[candidates].placesOfHighest(chunks - 3) }.map {
                    $0 + candidates.lowerBound
                }
            }
        }
        return LongHeadsMemory.Choice(positions: queries.positions, group: group, chosen: chosen)
    }

    /// Adds the scores of a group's heads, which lie below each other, to those of its first.
    private func addUp(_ scores: Tensor, group: Int, compute: Compute) {
        let count = scores.rows / group
        for row in count..<scores.rows { compute.add(row: row, of: scores, times: 1, toRow: row % count, of: scores) }
    }

    package func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        let own = block.positions.lowerBound / chunk
        guard own >= chunks else { return AttentionPlan([KeySpan(0..<block.positions.upperBound)]) }
        let choice = (cache.memory as? LongHeadsMemory)?.layers[block.layer].choice
        var rows: [ShownChunk: RowBits] = [:]
        for row in 0..<block.positions.count * block.group {
            // Without a choice: the chunks just before.
            let chosen = choice?.chosen(row: row, of: block) ?? Array(own - chunks + 2..<own - 1)
            for (place, chunk) in chosen.enumerated() {
                rows[ShownChunk(chunk: chunk, behind: chunks - 2 - place), default: RowBits(count: block.positions.count * block.group)][
                    row] = true
            }
        }
        let all = KeySpan(0..<chunk, placement: .shifted(by: (own - (chunks - 1)) * chunk))
        let chosen = rows.sorted { ($0.key.chunk, $0.key.behind) < ($1.key.chunk, $1.key.behind) }.map { shown, rows in
            KeySpan(
                shown.chunk * chunk..<(shown.chunk + 1) * chunk, rows: .some(rows),
                placement: .shifted(by: (own - shown.chunk - shown.behind) * chunk))
        }
        return AttentionPlan([all] + chosen + [KeySpan((own - 1) * chunk..<block.positions.upperBound)])
    }

    /// A chunk, and how many chunks before the query's own it is shown.
    private struct ShownChunk: Hashable {
        let chunk: Int
        let behind: Int
    }

    // MARK: Remembering

    package func retain(in cache: KeyValueCache, layer: Int) {}

    package func memory(_ record: MemoryRecord, for cache: KeyValueCache) -> (any SequenceMemory)? {
        LongHeadsMemory(record, of: self, for: cache)
    }
}

extension LongHeads {
    /// What a person wrote, chunk first. By default a query sees half of the model's window, which the authors advise, in at least eight
    /// chunks of at most 256 tokens.
    init(_ numbers: [Int], sharesChoice: Bool, modelWindow: Int?, orThrow unknown: AttentionError, refused: AttentionError)
        throws(AttentionError)
    {
        let given = numbers.count > 1 ? numbers[1] : nil
        guard let budget = given ?? modelWindow.map({ $0 / 2 }) else { throw unknown }
        var chunk = numbers.first ?? 256
        if numbers.isEmpty { while chunk > 1, budget / chunk < 8 { chunk /= 2 } }
        let attended = given ?? budget / chunk * chunk
        guard attended >= 3 * chunk, attended.isMultiple(of: chunk) else { throw refused }
        self.init(chunk: chunk, attended: attended, sharesChoice: sharesChoice)
    }
}

extension LongHeads {
    static let entry = entry(name: ownName, sharesChoice: false)
    static let sharedEntry = entry(name: sharedName, sharesChoice: true)

    private static func entry(name: String, sharesChoice: Bool) -> PolicyEntry {
        let usage = "\(name):CHUNK:ATTEN with ATTEN a multiple of CHUNK, at least three times as large,"
        // As many keys as by default, and as many as the window holds.
        let trials = { @Sendable (stretch: Stretch) in
            [name] + (stretch.window >= 256 ? ["\(name):\(stretch.window / 16):\(stretch.window / 16 * 16)"] : [])
        }
        return PolicyEntry(name: name, usage: usage, largestOptionCount: 2, trials: trials) { options throws(AttentionError) in
            let text = options.numbers.map(String.init).joined(separator: ":")
            return try LongHeads(
                options.numbers, sharesChoice: sharesChoice, modelWindow: options.modelWindow, orThrow: options.windowUnknown,
                refused: .badOption(method: name, option: text, usage: usage))
        }
    }
}
