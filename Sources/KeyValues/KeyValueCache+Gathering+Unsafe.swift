import CKernels
import Positions

extension KeyValueCache {
    /// Moves some tokens of every layer together into the first slots, as if there had been no others, and gives back the pages that
    /// nothing is left in. New tokens go on where they would have.
    ///
    /// What lies between the moved tokens and the next new one is undefined: whoever calls this must not show it. Pages of which nothing
    /// changes are left as they are; the others are rounded anew.
    /// - Parameter slots: in ascending order; all of them of committed tokens.
    /// - Throws: `KeyValueError` where there is no memory; some layers are then changed and others not.
    package func gather(slots: [Int]) throws(KeyValueError) {
        precondition(slots.last ?? 0 < max(tokenCount, 1) && zip(slots, slots.dropFirst()).allSatisfy { $0 < $1 }, "slots to gather")
        let length = CacheSpec.pageTokens, pages = (slots.count + length - 1) / length
        let unchanged = (slots.enumerated().first { $0.offset != $0.element }?.offset ?? slots.count) / length
        for layer in specs.indices {
            precondition(specs[layer].frame != .origin, "tokens that are turned by their positions cannot be moved")
            for head in 0..<specs[layer].heads {
                let gatherer = PageGatherer(table: self.pages(layer: layer, head: head), layout: layout(layer: layer), arena: arena)
                let moved = try (unchanged..<max(unchanged, pages)).map { index throws(KeyValueError) in
                    try gatherer.page(index, slots: slots[index * length..<min((index + 1) * length, slots.count)])
                }
                for (offset, page) in moved.enumerated() {
                    let index = unchanged + offset
                    try adopt(page: page, count: min(length, tokenCount - index * length), layer: layer, head: head, index: index)
                }
            }
            drop(pages: pages..<max(pages, tokenCount / length), layer: layer)
        }
    }
}

/// Makes pages of tokens that lie here and there in a table.
private struct PageGatherer {
    let table: PageTable
    let layout: PageLayout
    let arena: PageArena

    /// - Parameter slots: of the table, at most as many as a page has.
    func page(_ index: Int, slots: ArraySlice<Int>) throws(KeyValueError) -> Page {
        let spec = layout.spec, length = CacheSpec.pageTokens
        let page = try Page(spec: spec, start: index * length, arena: arena)
        var keys: [Float] = [], values: [Float] = [], angles: [Float] = []
        for (place, slot) in slots.enumerated() {
            guard let source = table[slot / length].page else { preconditionFailure("gathering slot \(slot) of a page that is gone") }
            keys += unpaired(layout.key(in: source, slot: slot % length))
            values += layout.value(in: source, slot: slot % length)
            guard spec.frame == .page else { continue }
            let turn = layout.rotary.angles(at: Double(place - slot % length))
            angles += turn.cosines + turn.sines
        }
        key_block_write(
            layout.shape, page.keys, 0, Int32(slots.count), keys, spec.keyDim, angles.isEmpty ? nil : angles, spec.keyType == .f32 ? 0 : 1)
        value_block_write(layout.shape, page.values, 0, Int32(slots.count), values, spec.valueDim)
        return page
    }

    /// A key in the model's order.
    private func unpaired(_ key: [Float]) -> [Float] {
        var model = [Float](repeating: 0, count: layout.spec.keyDim)
        for (place, dimension) in layout.rotary.pairing.enumerated() { model[Int(dimension)] = key[place] }
        return model
    }
}
