import CKernels
import Positions
import Tensors

extension KeyValueCache {
    /// Writes the keys and values of new tokens into one layer; they get the positions after those that the layer holds.
    ///
    /// Call it for every layer, then `commit`; or, if that cannot be, `truncate(to: tokenCount)`. Nothing is written if memory runs out.
    /// - Parameters:
    ///   - keys: `[tokens, heads · keyDim]`, as they leave the projection: not rotated.
    ///   - values: `[tokens, heads · valueDim]`.
    /// - Throws: `KeyValueError` where there is no memory, or the last page is part-filled and cannot be written on.
    package func append(layer: Int, keys: Tensor, values: Tensor, compute: Compute) throws(KeyValueError) {
        let spec = specs[layer], tokens = keys.rows
        precondition(keys.columns == spec.heads * spec.keyDim && values.columns == spec.heads * spec.valueDim && values.rows == tokens)
        if tokens == 0 { return }
        try layers[layer].makeRoom(tokens: tokens, arena: arena)
        let writer = PageWriter(cache: self, layer: layer, keys: keys, values: values)
        writer.run(compute)
        layers[layer].fill(tokens: tokens)
        arena.residents?.touch(spec.bytes(tokens: tokens + CacheSpec.pageTokens - 1))
    }
}

/// Writes a run of tokens into the pages of one layer, one piece per head and page.
private struct PageWriter {
    let layout: PageLayout
    let tables: [PageTable]
    let first: Int
    let keys: Tensor
    let values: Tensor
    let table: AngleTable
    /// Keys in the text's frame: the angles of each token.
    let angles: [Float]

    init(cache: KeyValueCache, layer: Int, keys: Tensor, values: Tensor) {
        layout = cache.layout(layer: layer)
        tables = cache.layers[layer].heads
        first = cache.filled(layer: layer)
        self.keys = keys
        self.values = values
        let fromOrigin = layout.spec.frame == .origin
        table = cache.angleTable(layer: layer, reach: fromOrigin ? first + keys.rows : CacheSpec.pageTokens)
        angles = fromOrigin ? Self.angles(of: first..<first + keys.rows, table: table) : []
    }

    private static func angles(of positions: Range<Int>, table: AngleTable) -> [Float] {
        [Float](unsafeUninitializedCapacity: positions.count * table.entryCount) { buffer, initialized in
            initialized = positions.count * table.entryCount
            guard let base = buffer.baseAddress else { return }
            for position in positions { table.write(distance: position, to: base + (position - positions.lowerBound) * table.entryCount) }
        }
    }

    func run(_ compute: Compute) {
        let heads = layout.spec.heads, firstPage = first / CacheSpec.pageTokens
        let pages = (first + keys.rows - 1) / CacheSpec.pageTokens - firstPage + 1
        if keys.rows == 1 {
            for head in 0..<heads { write(head: head, index: firstPage) }
        } else {
            compute.pool.forEach(heads * pages) { item, _ in write(head: item % heads, index: firstPage + item / heads) }
        }
    }

    /// Writes those tokens that fall into one page.
    private func write(head: Int, index: Int) {
        guard let page = tables[head][index].page else { preconditionFailure("no room was made in page \(index)") }
        let spec = layout.spec, pageFirst = index * CacheSpec.pageTokens
        let slots = max(first, pageFirst) - pageFirst..<min(first + keys.rows, pageFirst + CacheSpec.pageTokens) - pageFirst
        let row = pageFirst + slots.lowerBound - first, slot = Int32(slots.lowerBound), count = Int32(slots.count)
        let choosesCentre = prepareCentre(of: page, head: head, index: index, slots: slots)
        let key = keys.values + row * keys.columns + head * spec.keyDim, value = values.values + row * values.columns + head * spec.valueDim
        withAngles(row: row, slot: slots.lowerBound) { angles in
            key_block_write(layout.shape, page.keys, slot, count, key, keys.columns, angles, choosesCentre ? 1 : 0)
        }
        value_block_write(layout.shape, page.values, slot, count, value, values.columns)
    }

    /// Whether the keys choose the page's centre themselves. A page that opens with one key takes the mean of the page before it,
    /// which is nearer to the keys to come. Keys in f32 have no need of a centre.
    private func prepareCentre(of page: Page, head: Int, index: Int, slots: Range<Int>) -> Bool {
        guard slots.lowerBound == 0, layout.spec.keyType != .f32 else { return false }
        guard slots.count == 1, index > 0, let previous = tables[head][index - 1].page else { return true }
        key_block_set_centre(layout.shape, page.keys, layout.meanKey(in: previous, count: CacheSpec.pageTokens))
        return false
    }

    /// The angles by which the keys from a row on turn into their frame.
    private func withAngles(row: Int, slot: Int, _ body: (UnsafePointer<Float>?) -> Void) {
        switch layout.spec.frame {
        case .page where table.entryCount > 0: body(table.fine + slot * table.entryCount)
        case .origin where table.entryCount > 0:
            angles.withUnsafeBufferPointer { body($0.baseAddress.map { $0 + row * table.entryCount }) }
        default: body(nil)
        }
    }
}
