import Positions
import Tensors

/// The keys and values of one sequence, all layers.
///
/// A sequence is a table of reference-counted pages per layer and key/value head. Forks share pages; a part-filled page is copied
/// by whoever writes to it first. Sendable although it changes, because it has one serial owner: nobody may use a cache while
/// its owner changes it.
package final class KeyValueCache: @unchecked Sendable {
    package let specs: [CacheSpec]
    package let rotary: [Rotary]
    package let arena: PageArena
    /// Tokens that all layers hold (dropped ones included): the position of the next token.
    package private(set) var tokenCount = 0
    /// What the method that serves this sequence remembers about it; nil: nothing yet.
    package var memory: (any SequenceMemory)?
    /// What attention to this cache has gone over so far.
    package private(set) var work = AttentionCount()
    /// The tokens that were committed last, and what attention went over for them.
    package private(set) var lastRun = (tokens: 0, work: AttentionCount())
    private var workBefore = AttentionCount()

    var layers: [LayerPages]
    private var angles: AngleTables

    /// - Parameters: one specification and one rotation per layer.
    package init(specs: [CacheSpec], rotary: [Rotary], arena: PageArena = PageArena()) {
        precondition(specs.count == rotary.count, "\(specs.count) cache layers with \(rotary.count) rotations")
        self.specs = specs
        self.rotary = rotary
        self.arena = arena
        layers = zip(specs, rotary).map { LayerPages(layout: PageLayout(spec: $0, rotary: $1)) }
        angles = AngleTables(rotary: rotary)
    }

    private init(sharing other: KeyValueCache) {
        specs = other.specs
        rotary = other.rotary
        arena = other.arena
        tokenCount = other.tokenCount
        layers = other.layers
        angles = other.angles
        memory = other.memory
        work = other.work
        lastRun = other.lastRun
        workBefore = other.workBefore
    }

    // MARK: Reading

    /// How keys and values of a layer lie in their pages.
    package func layout(layer: Int) -> PageLayout { layers[layer].layout }

    /// Tokens that this layer holds: ahead of `tokenCount` while a chunk is on its way through the layers.
    package func filled(layer: Int) -> Int { layers[layer].filled }

    /// A head's table.
    package func pages(layer: Int, head: Int) -> PageTable { layers[layer].heads[head] }

    /// A page, or nil if it was dropped.
    package func page(layer: Int, head: Int, index: Int) -> Page? { layers[layer].heads[head][index].page }

    /// Bytes of all pages that this cache holds, shared ones included, and of what the method remembers.
    package var bytesInUse: Int {
        layers.reduce(memory?.byteCount ?? 0) { $0 + $1.pageCount * ($1.layout.spec.keyPageBytes + $1.layout.spec.valuePageBytes) }
    }

    /// Cosines and sines of a layer's rotation for distances below `reach`.
    package func angleTable(layer: Int, reach: Int) -> AngleTable { angles.table(layer: layer, reach: reach) }

    // MARK: Growing and shrinking

    /// Counts tokens that have been appended to every layer.
    package func commit(tokens: Int) {
        tokenCount += tokens
        precondition(layers.allSatisfy { $0.filled == tokenCount }, "committing tokens that not every layer has got")
        lastRun = (tokens, work - workBefore)
        workBefore = work
    }

    /// A cache that goes on from here by itself. Costs the tables only.
    package func fork() -> KeyValueCache { KeyValueCache(sharing: self) }

    /// Drops the newest tokens, those not yet committed among them.
    package func truncate(to tokens: Int) {
        precondition(tokens >= 0 && tokens <= tokenCount, "truncating \(tokenCount) tokens to \(tokens)")
        for layer in layers.indices { layers[layer].truncate(to: tokens) }
        if memory?.truncate(to: tokens) == false { memory = nil }
        tokenCount = tokens
    }

    /// Lets a method change what it remembers, without a copy of it being made.
    /// - Parameter initial: what it begins with, where there is no memory of this kind yet.
    package func withMemory<Remembered: SequenceMemory, Result>(
        _ initial: @autoclosure () -> Remembered, _ body: (inout Remembered) throws -> Result
    ) rethrows -> Result {
        var own = memory as? Remembered ?? initial()
        memory = nil
        defer { memory = own }
        return try body(&own)
    }

    /// Counts what attention went over.
    package func count(_ more: AttentionCount) { work += more }

    /// The keys of a page as they are stored (in the frame of the cache, centre added), in paired order:
    /// `[filled slots, paddedKeyDim]`; nil if the page was dropped.
    package func storedKeys(layer: Int, head: Int, page index: Int) -> [Float]? {
        let entry = layers[layer].heads[head][index]
        arena.residents?.touch(specs[layer].keyPageBytes, runs: 1)
        return entry.page.map { layers[layer].layout.keys(in: $0, count: entry.count) }
    }

    /// Gives the memory of full pages back at once. They keep their place in the table, so slots and positions do not change.
    /// - Parameter head: one key/value head; nil: all of them.
    package func drop(pages: Range<Int>, layer: Int, head: Int? = nil) {
        let full = layers[layer].filled / CacheSpec.pageTokens
        for head in head.map({ $0...$0 }) ?? 0...(specs[layer].heads - 1) {
            layers[layer].heads[head].drop(pages.clamped(to: 0..<full))
        }
    }

    /// Puts a page that lies elsewhere, such as in a mapped reading, into a table: in place of a dropped one or as the last.
    /// `commit` counts its tokens once every layer and head has got theirs.
    /// - Parameters:
    ///   - count: how many of its slots are filled.
    ///   - index: the page's number in the sequence, at most one past the last.
    /// - Throws: `KeyValueError.pageDoesNotFit` for another number.
    package func adopt(page: Page, count: Int = CacheSpec.pageTokens, layer: Int, head: Int, index: Int) throws(KeyValueError) {
        let existing = layers[layer].heads[head].count
        guard index >= 0, index <= existing, (1...CacheSpec.pageTokens).contains(count) else {
            throw .pageDoesNotFit(index: index, pages: existing)
        }
        if index < existing {
            layers[layer].heads[head].replace(index, with: page, count: count)
        } else {
            layers[layer].heads[head].append(page, count: count)
        }
        layers[layer].filled = max(layers[layer].filled, index * CacheSpec.pageTokens + count)
    }

    /// Counts tokens of a layer whose pages were dropped before they could be adopted, so that later ones find their place.
    package func passOver(toToken end: Int, layer: Int) {
        let pages = (end + CacheSpec.pageTokens - 1) / CacheSpec.pageTokens
        for head in layers[layer].heads.indices {
            while layers[layer].heads[head].count < pages { layers[layer].heads[head].append(nil) }
        }
        layers[layer].filled = max(layers[layer].filled, end)
    }
}

/// The angle tables of a cache's layers; layers that turn alike share one.
private struct AngleTables {
    private var tables: [AngleTable?]
    private let rotary: [Rotary]
    private let indices: [Int]

    private static let smallestReach = 4096

    init(rotary layers: [Rotary]) {
        var distinct: [Rotary] = []
        indices = layers.map { rotary in
            if let index = distinct.firstIndex(of: rotary) { return index }
            distinct.append(rotary)
            return distinct.count - 1
        }
        rotary = distinct
        tables = Array(repeating: nil, count: distinct.count)
    }

    mutating func table(layer: Int, reach: Int) -> AngleTable {
        let index = indices[layer]
        if let table = tables[index], table.reach >= reach { return table }
        let table = AngleTable(rotary: rotary[index], reach: max(reach, 2 * (tables[index]?.reach ?? Self.smallestReach / 2)))
        tables[index] = table
        return table
    }
}
