import KeyValues
import Tensors

/// What InfLLM remembers of a sequence: what stands for each block, and how much attention the keys got that are in no block yet.
struct InfLLMMemory: SequenceMemory {
    /// The blocks that some queries see.
    struct Choice {
        let positions: Range<Int>
        var blocks: [Int] = []
        /// Blocks that had been cut when the choice was made.
        let blockCount: Int

        func covers(_ block: Range<Int>) -> Bool { block.clamped(to: positions) == block }
    }

    let method: String
    var layers: [Layer]

    init(method: String, layers: Int) {
        self.method = method
        self.layers = Array(repeating: Layer(), count: layers)
    }

    var byteCount: Int { layers.reduce(0) { $0 + $1.byteCount } }

    /// Attention that was watched can't be taken back.
    mutating func truncate(to tokens: Int) -> Bool { layers.allSatisfy { $0.watched.upperBound <= tokens } }

    /// One layer's part.
    struct Layer {
        /// For each block the mean of its representatives, query head behind query head, in paired order and not rotated.
        fileprivate(set) var representatives = GrowingMatrix(columns: 0)
        var choice: Choice?
        /// Positions of the queries, without a gap, whose attention has been added up.
        fileprivate(set) var watched = 0..<0
        /// For each query head the attention of the keys from slot `firstSum` on.
        fileprivate var sums: [[Float]] = []
        fileprivate var firstSum = 0

        var byteCount: Int { representatives.byteCount + sums.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride }
    }
}

// MARK: Blocks

extension InfLLMMemory.Layer {
    /// Cuts blocks until there are so many.
    mutating func cutBlocks(to count: Int, of method: InfLLM, queries: LayerQueries, cache: KeyValueCache) {
        let layout = cache.layout(layer: queries.layer), group = queries.group(in: cache)
        let columns = layout.spec.heads * group * layout.paddedKeyDim
        if representatives.columns != columns {
            representatives = GrowingMatrix(columns: columns)
            forgetSums(from: method.slots(ofBlock: 0).lowerBound, heads: layout.spec.heads * group)
        }
        while representatives.rows < count {
            let slots = method.slots(ofBlock: representatives.rows)
            let row = (0..<layout.spec.heads).flatMap { head in
                let keys = cache.storedKeys(layer: queries.layer, head: head, slots: slots)
                return (head * group..<(head + 1) * group).flatMap { queryHead in
                    let chosen = representatives(of: slots, queryHead: queryHead, count: method.options.representatives)
                    return keys.meanRow(chosen, columns: layout.paddedKeyDim)
                }
            }
            representatives.append(row)
            dropSums(below: slots.upperBound)
        }
    }

    /// The places within a block of the keys that got most attention; all of them, if nobody watched.
    private func representatives(of slots: Range<Int>, queryHead: Int, count: Int) -> [Int] {
        guard firstSum == slots.lowerBound, slots.clamped(to: watched) == slots else { return Array(0..<slots.count) }
        return sums[queryHead][0..<slots.count].placesOfLargest(count)
    }

    private mutating func dropSums(below slot: Int) {
        for head in sums.indices { sums[head].removeFirst(min(sums[head].count, max(0, slot - firstSum))) }
        firstSum = max(firstSum, slot)
    }

    private mutating func forgetSums(from slot: Int, heads: Int) {
        sums = Array(repeating: [], count: heads)
        firstSum = slot
    }
}

// MARK: Watching

extension InfLLMMemory.Layer {
    /// Adds the attention that keys in the window got from these queries.
    mutating func observe(
        _ queries: LayerQueries, by method: InfLLM, result: AttentionResult, cache: KeyValueCache
    ) throws(AttentionError) {
        let positions = queries.positions, window = method.options.window
        if watched.upperBound != positions.lowerBound {
            watched = positions.lowerBound..<positions.lowerBound
            forgetSums(from: firstSum, heads: sums.count)
        }
        watched = watched.lowerBound..<positions.upperBound
        let oldest = max(firstSum, positions.lowerBound - window + 1, 0)
        guard oldest < positions.upperBound else { return }
        let span = KeySpan(oldest..<positions.upperBound, band: .window(window)), group = queries.group(in: cache)
        for head in 0..<cache.specs[queries.layer].heads {
            let masses = try queries.masses(of: span, head: head, result: result, cache: cache)
            for row in 0..<group { add(masses, row: row, toHead: head * group + row, from: oldest) }
        }
    }

    private mutating func add(_ masses: Tensor, row: Int, toHead head: Int, from slot: Int) {
        let first = slot - firstSum, missing = first + masses.columns - sums[head].count
        if missing > 0 { sums[head] += repeatElement(0, count: missing) }
        sums[head].withUnsafeMutableBufferPointer { sums in
            masses.withRow(row) { masses in
                for place in masses.indices { sums[first + place] += masses[place] }
            }
        }
    }
}

// MARK: Saving

extension InfLLMMemory {
    var record: MemoryRecord {
        var record = MemoryRecord(method: method, tokens: layers.map(\.watched.upperBound).max() ?? 0)
        for (index, layer) in layers.enumerated() {
            record.floats["representatives.\(index)"] = layer.representatives.array
            record.floats["sums.\(index)"] = layer.sums.flatMap(\.self)
            record.integers["places.\(index)"] = [
                layer.representatives.columns, layer.sums.count, layer.firstSum, layer.watched.lowerBound, layer.watched.upperBound,
            ].map(Int32.init)
        }
        return record
    }

    /// - Returns: nil where the record isn't one of this method and this cache.
    init?(_ record: MemoryRecord, of method: InfLLM, for cache: KeyValueCache) {
        self.init(method: method.name, layers: cache.specs.count)
        guard record.method == method.name else { return nil }
        for index in layers.indices {
            guard let representatives = record.floats["representatives.\(index)"], let sums = record.floats["sums.\(index)"],
                let places = record.integers["places.\(index)"],
                let layer = Layer(representatives, sums: sums, places: places.map(Int.init)),
                layer.fits(cache, layer: index)
            else { return nil }
            layers[index] = layer
        }
    }
}

extension InfLLMMemory.Layer {
    fileprivate init?(_ numbers: [Float], sums: [Float], places: [Int]) {
        guard places.count == 5, places.allSatisfy({ $0 >= 0 }), places[3] <= places[4] else { return nil }
        let columns = places[0], heads = places[1]
        guard columns > 0 ? numbers.count.isMultiple(of: columns) : numbers.isEmpty,
            heads > 0 ? sums.count.isMultiple(of: heads) : sums.isEmpty
        else { return nil }
        representatives = columns > 0 ? GrowingMatrix(columns: columns, numbers) : GrowingMatrix(columns: 0)
        let length = heads > 0 ? sums.count / heads : 0
        self.sums = (0..<heads).map { Array(sums[$0 * length..<($0 + 1) * length]) }
        firstSum = places[2]
        watched = places[3]..<places[4]
    }

    /// Whether the sizes are those of a cache's layer.
    fileprivate func fits(_ cache: KeyValueCache, layer: Int) -> Bool {
        let layout = cache.layout(layer: layer), perHead = layout.paddedKeyDim
        guard representatives.columns > 0 else { return representatives.rows == 0 && sums.isEmpty && watched.isEmpty }
        return representatives.columns == sums.count * perHead && sums.count.isMultiple(of: layout.spec.heads)
            && watched.upperBound <= cache.tokenCount
            && sums.allSatisfy { $0.isEmpty || firstSum + $0.count <= cache.tokenCount }
            && sums.allSatisfy { firstSum + $0.count >= watched.upperBound }
    }
}
