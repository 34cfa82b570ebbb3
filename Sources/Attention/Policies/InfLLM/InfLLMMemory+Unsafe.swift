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
        /// Of each query head a row for each block: the mean of its representatives, in paired order and not rotated.
        fileprivate(set) var representatives: [GrowingMatrix] = []
        var choice: Choice?
        /// Positions of the queries, without a gap, whose attention has been added up.
        fileprivate(set) var watched = 0..<0
        /// For each query head the attention of the keys from slot `firstSum` on.
        fileprivate var sums: [[Float]] = []
        fileprivate var firstSum = 0

        /// Blocks that are represented.
        var blocks: Int { representatives.first?.rows ?? 0 }

        var byteCount: Int {
            representatives.reduce(0) { $0 + $1.byteCount } + sums.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride
        }
    }
}

// MARK: Blocks

extension InfLLMMemory.Layer {
    /// Cuts blocks until there are so many.
    mutating func cutBlocks(to count: Int, of method: InfLLM, queries: LayerQueries, cache: KeyValueCache) {
        let layout = cache.layout(layer: queries.layer), group = queries.group(in: cache)
        let heads = layout.spec.heads * group
        if representatives.count != heads {
            representatives = Array(repeating: GrowingMatrix(columns: layout.paddedKeyDim), count: heads)
            forgetSums(from: method.slots(ofBlock: 0).lowerBound, heads: heads)
        }
        while blocks < count {
            let slots = method.slots(ofBlock: blocks)
            for head in 0..<layout.spec.heads {
                let keys = cache.storedKeys(layer: queries.layer, head: head, slots: slots)
                for queryHead in head * group..<(head + 1) * group {
                    let chosen = places(of: slots, queryHead: queryHead, count: method.options.representatives)
                    representatives[queryHead].append(keys.meanRow(chosen, columns: layout.paddedKeyDim))
                }
            }
            dropSums(below: slots.upperBound)
        }
    }

    /// The places within a block of the keys that got most attention; all of them, if nobody watched.
    private func places(of slots: Range<Int>, queryHead: Int, count: Int) -> [Int] {
        guard firstSum == slots.lowerBound, slots.clamped(to: watched) == slots else { return Array(0..<slots.count) }
        return sums[queryHead][0..<slots.count].placesOfHighest(count)
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
            for (head, rows) in layer.representatives.enumerated() { record.floats["representatives.\(index).\(head)"] = rows.array }
            record.floats["sums.\(index)"] = layer.sums.flatMap(\.self)
            record.integers["places.\(index)"] = [
                layer.representatives.count, layer.firstSum, layer.watched.lowerBound, layer.watched.upperBound,
            ].map(Int32.init)
        }
        return record
    }

    /// - Returns: nil where the record isn't one of this method and this cache.
    init?(_ record: MemoryRecord, of method: InfLLM, for cache: KeyValueCache) {
        self.init(method: method.name, layers: cache.specs.count)
        guard record.method == method.name else { return nil }
        for index in layers.indices {
            guard let layer = Layer(record, layer: index, cache: cache) else { return nil }
            layers[index] = layer
        }
    }
}

extension InfLLMMemory.Layer {
    /// - Returns: nil where the sizes are not those of the cache's layer.
    fileprivate init?(_ record: MemoryRecord, layer: Int, cache: KeyValueCache) {
        let layout = cache.layout(layer: layer), dimension = layout.paddedKeyDim
        guard let sums = record.floats["sums.\(layer)"], let places = record.integers["places.\(layer)"]?.map(Int.init), places.count == 4,
            places.allSatisfy({ $0 >= 0 }), places[2] <= places[3], places[3] <= cache.tokenCount,
            places[0].isMultiple(of: layout.spec.heads), places[0] > 0 ? sums.count.isMultiple(of: places[0]) : sums.isEmpty
        else { return nil }
        let heads = places[0], length = heads > 0 ? sums.count / heads : 0
        for head in 0..<heads {
            guard let numbers = record.floats["representatives.\(layer).\(head)"], numbers.count.isMultiple(of: dimension) else {
                return nil
            }
            representatives.append(GrowingMatrix(columns: dimension, numbers))
        }
        self.sums = (0..<heads).map { Array(sums[$0 * length..<($0 + 1) * length]) }
        firstSum = places[1]
        watched = places[2]..<places[3]
        guard heads > 0 || watched.isEmpty, Set(representatives.map(\.rows)).count <= 1, blocks <= cache.tokenCount,
            length == 0 || firstSum + length <= cache.tokenCount, heads == 0 || firstSum + length >= watched.upperBound
        else { return nil }
    }
}
