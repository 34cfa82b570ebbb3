import KeyValues
import Tensors

/// What LongHeads remembers of a sequence: a vector for each chunk and key/value head, and the queries of the chunk that is not complete.
struct LongHeadsMemory: SequenceMemory {
    /// The chunks that the rows of some queries see, besides the first, their own and the one before.
    struct Choice {
        let positions: Range<Int>
        let group: Int
        /// Of each key/value head and row, in ascending order.
        let chosen: [[[Int]]]

        /// - Returns: nil if the choice was made for other queries.
        func chosen(row: Int, of block: QueryBlock) -> [Int]? {
            guard block.positions.clamped(to: positions) == block.positions, block.group == group else { return nil }
            return chosen[block.head][(block.positions.lowerBound - positions.lowerBound) * group + row]
        }
    }

    let method: String
    var layers: [Layer]

    init(method: String, layers: Int) {
        self.method = method
        self.layers = Array(repeating: Layer(), count: layers)
    }

    var byteCount: Int { layers.reduce(0) { $0 + $1.byteCount } }

    mutating func truncate(to tokens: Int) -> Bool {
        for index in layers.indices { layers[index].truncate(to: tokens) }
        return true
    }

    /// One layer's part.
    struct Layer {
        /// For each key/value head a vector for each complete chunk, in paired order.
        fileprivate(set) var representations: [GrowingMatrix] = []
        var choice: Choice?
        /// The queries from position `firstOpen` on, none of them missing.
        private(set) var open = GrowingMatrix(columns: 0)
        private(set) var firstOpen = 0
        private var chunk = 1

        var byteCount: Int { representations.reduce(open.byteCount) { $0 + $1.byteCount } }
    }
}

extension LongHeadsMemory.Layer {
    /// Keeps queries until their chunk is complete, which gives it its representation; chunks that were read without this are made up for.
    mutating func remember(_ queries: LayerQueries, chunk: Int, cache: KeyValueCache) {
        self.chunk = chunk
        let layout = cache.layout(layer: queries.layer), first = queries.firstPosition, values = queries.values
        if representations.isEmpty {
            representations = Array(repeating: GrowingMatrix(columns: layout.paddedKeyDim), count: layout.spec.heads)
        }
        let summary = ChunkSummary(layer: queries.layer, chunk: chunk, cache: cache)
        while let known = representations.first?.rows, known < first / chunk { append(summary.meanKeys(of: known)) }
        if open.columns != values.columns || firstOpen + open.rows != first || first.isMultiple(of: chunk) {
            open = GrowingMatrix(columns: values.columns)
            firstOpen = first
        }
        for row in 0..<values.rows { open.append(values.withRow(row, Array.init)) }
        let complete = queries.positions.upperBound / chunk
        guard let known = representations.first?.rows, known < complete else { return }
        // The chunk's first queries may have been read by another method.
        let isWhole = firstOpen == known * chunk && open.rows == chunk
        append(isWhole ? summary.attendedKeys(of: known, queries: open, like: queries) : summary.meanKeys(of: known))
    }

    private mutating func append(_ vectors: [[Float]]) {
        for (head, vector) in vectors.enumerated() { representations[head].append(vector) }
    }

    fileprivate mutating func truncate(to tokens: Int) {
        for head in representations.indices { representations[head].keep(rows: min(representations[head].rows, tokens / chunk)) }
        if firstOpen + open.rows > tokens { open.keep(rows: max(0, tokens - firstOpen)) }
        choice = nil
    }
}

// MARK: Saving

extension LongHeadsMemory {
    var record: MemoryRecord {
        var record = MemoryRecord(method: method, tokens: layers.map { $0.firstOpen + $0.open.rows }.max() ?? 0)
        for (index, layer) in layers.enumerated() {
            for (head, rows) in layer.representations.enumerated() { record.floats["representations.\(index).\(head)"] = rows.array }
            record.floats["open.\(index)"] = layer.open.array
            record.integers["places.\(index)"] = [Int32(layer.representations.count), Int32(layer.open.columns), Int32(layer.firstOpen)]
        }
        return record
    }

    /// - Returns: nil where the record isn't one of this method and this cache.
    init?(_ record: MemoryRecord, of method: LongHeads, for cache: KeyValueCache) {
        self.init(method: method.name, layers: cache.specs.count)
        guard record.method == method.name else { return nil }
        for index in layers.indices {
            guard let layer = Layer(record, layer: index, chunk: method.chunk, cache: cache) else { return nil }
            layers[index] = layer
        }
    }
}

extension LongHeadsMemory.Layer {
    fileprivate init?(_ record: MemoryRecord, layer: Int, chunk: Int, cache: KeyValueCache) {
        let layout = cache.layout(layer: layer), dimension = layout.paddedKeyDim
        guard let places = record.integers["places.\(layer)"]?.map(Int.init), places.count == 3, places.allSatisfy({ $0 >= 0 }),
            let queries = record.floats["open.\(layer)"], places[0] == layout.spec.heads || places[0] == 0,
            places[1] > 0 ? queries.count.isMultiple(of: places[1]) : queries.isEmpty
        else { return nil }
        self.init()
        self.chunk = chunk
        for head in 0..<places[0] {
            guard let numbers = record.floats["representations.\(layer).\(head)"], numbers.count.isMultiple(of: dimension),
                numbers.count / dimension <= cache.tokenCount / chunk
            else { return nil }
            representations.append(GrowingMatrix(columns: dimension, numbers))
        }
        guard Set(representations.map(\.rows)).count <= 1 else { return nil }
        open = places[1] > 0 ? GrowingMatrix(columns: places[1], queries) : GrowingMatrix(columns: 0)
        firstOpen = places[2]
        guard firstOpen + open.rows <= cache.tokenCount else { return nil }
    }
}
