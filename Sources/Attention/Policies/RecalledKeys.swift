import KeyValues
import Tensors

/// The keys that LM-Infinite has chosen for the last query of each layer. They are chosen anew for every query, so nothing of them is
/// saved.
struct RecalledKeys: SequenceMemory {
    let method: String
    /// Of each layer and query head the chosen slots in ascending order.
    private var chosen: [Int: [[Int]]] = [:]

    init(method: String) { self.method = method }

    var byteCount: Int { chosen.values.joined().reduce(0) { $0 + $1.count * MemoryLayout<Int>.stride } }
    var record: MemoryRecord { MemoryRecord(method: method, tokens: 0) }

    mutating func truncate(to tokens: Int) -> Bool {
        chosen = [:]
        return true
    }

    /// Chooses, for every query head of a single query, the keys with the largest scores among those of some slots.
    mutating func choose(_ count: Int, for queries: LayerQueries, among slots: Range<Int>, placement: Placement, cache: KeyValueCache) {
        chosen[queries.layer] = nil
        guard !slots.isEmpty else { return }
        // The method has asked for keys that can be placed so; without, there is nothing to choose from.
        let span = KeySpan(slots, placement: placement), heads = cache.specs[queries.layer].heads
        guard
            let seen = try? queries.compute.attend(
                queries: queries.values, firstPosition: queries.firstPosition, layer: queries.layer, cache: cache,
                plans: [AttentionPlan([span])], rule: queries.rule)
        else { return }
        cache.count(AttentionCount(compared: seen.count.keys))
        chosen[queries.layer] = (0..<heads).flatMap { head -> [[Int]] in
            let masses = try? queries.masses(of: span, head: head, result: seen, cache: cache)
            return masses.map { masses in
                (0..<masses.rows).map { row in
                    masses.withRow(row) { $0.placesOfHighest(count) }.map { slots.lowerBound + $0 }
                }
            } ?? []
        }
    }

    /// A span for each query head of a block.
    func spans(_ block: QueryBlock, placement: Placement) -> [KeySpan] {
        guard let heads = chosen[block.layer], heads.count >= (block.head + 1) * block.group else { return [] }
        return (0..<block.group).map { row in
            var rows = RowBits(count: block.group)
            rows[row] = true
            return KeySpan(KeyChoice(slots: heads[block.head * block.group + row]), rows: .some(rows), placement: placement)
        }
    }
}
