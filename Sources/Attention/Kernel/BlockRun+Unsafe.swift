import CKernels
import KeyValues
import Positions

/// One block of rows on its way over the pages: the rows of some consecutive queries that share a key/value head.
struct BlockRun {
    let context: AttentionContext
    let head: Int
    /// Queries of the call that the block holds.
    let tokens: Range<Int>
    private(set) var block: AttentionBlock
    /// What the rows have seen so far.
    private(set) var count = AttentionCount()

    private let scratch: BlockScratch
    private let memory: UnsafeMutableRawPointer
    private let masks: UnsafeMutablePointer<UInt64>
    private let distances: UnsafeMutablePointer<Float>
    private let slotOffsets: UnsafeMutablePointer<Float>

    static let log2e: Float = 1.442695041

    /// - Parameter state: where the rows' state goes if it is to outlive the scratch memory.
    init(
        context: AttentionContext, head: Int, tokens: Range<Int>, scratch: BlockScratch, memory: UnsafeMutableRawPointer,
        state: UnsafeMutableRawPointer? = nil
    ) {
        self.context = context
        self.head = head
        self.tokens = tokens
        self.scratch = scratch
        self.memory = memory
        masks = (memory + scratch.masks).assumingMemoryBound(to: UInt64.self)
        distances = (memory + scratch.distances).assumingMemoryBound(to: Float.self)
        slotOffsets = (memory + scratch.slotOffsets).assumingMemoryBound(to: Float.self)
        block = AttentionBlock()
        block.shape = context.layout.shape
        block.rows = Int32(tokens.count * context.group)
        block.group = Int32(context.group)
        block.queries = memory + scratch.queries
        block.room = memory + scratch.room
        block.soft_cap = (context.rule.softCap ?? 0) * Self.log2e
        attention_begin(&block, state ?? memory + scratch.state)
        pairQueries()
        setBiases()
    }

    /// Brings the queries to paired order and folds scale and gain into them.
    private mutating func pairQueries() {
        let spec = context.layout.spec, group = context.group, gain = Float(context.layout.rotary.gain)
        let paired = (memory + scratch.paired).assumingMemoryBound(to: Float.self)
        for (row, token) in tokens.enumerated() {
            let factor = Float(context.rule.queryScale?.factor(at: context.firstPosition + token) ?? 1)
            pair_rows(
                context.layout.shape, Int32(group), context.queries.row(token) + head * group * spec.keyDim, spec.keyDim,
                context.rule.scale * factor * Self.log2e, gain * gain, paired + row * group * context.layout.paddedKeyDim)
        }
        block.paired = UnsafePointer(paired)
    }

    /// Sets what is added to scores by distance.
    private mutating func setBiases() {
        let firstHead = head * context.group
        if let all = context.rule.slopes {
            let slopes = (memory + scratch.slopes).assumingMemoryBound(to: Float.self)
            for row in 0..<Int(block.rows) { slopes[row] = all[firstHead + row % context.group] * Self.log2e }
            block.slopes = UnsafePointer(slopes)
        }
        if let all = context.rule.distanceBiases {
            let biases = (memory + scratch.biases).assumingMemoryBound(to: Float.self), count = all[firstHead].count
            for index in 0..<context.group * count { biases[index] = all[firstHead + index / count][index % count] * Self.log2e }
            block.biases = UnsafePointer(biases)
            block.bias_count = Int32(count)
        }
    }

    /// Adds some pages of spans to the rows' state.
    mutating func attend(_ parts: [SpanPart]) {
        let functions = context.kernels.functions
        var run = PageRun(context: context, memory: memory + scratch.run)
        for part in parts {
            if tokens.count == 1 {
                visit(part, placesRows: false) { block, view, angles, _ in run.add(view, angles: angles, to: block) }
            } else {
                visit(part, placesRows: true) { block, view, _, _ in functions.page(&block, &view) }
            }
        }
        run.finish(block)
    }

    /// Goes over the pages of a part that any row sees something of.
    /// - Parameters:
    ///   - placesRows: the rows are turned once and the pages to them; otherwise `body` gets the angles of the rows for each page.
    mutating func visit(
        _ part: SpanPart, placesRows: Bool,
        _ body: (_ block: inout AttentionBlock, _ view: inout PageView, _ rowAngles: UnsafePointer<Float>?, _ index: Int) -> Void
    ) {
        let span = part.span, group = context.group
        let positions = context.firstPosition + tokens.lowerBound...context.firstPosition + tokens.upperBound - 1
        let placing = Placing(
            span: span, frame: context.layout.spec.frame, blockStart: positions.lowerBound, firstQuery: context.firstPosition)
        let turns = placing.placement.keyMap?.steps.flatMap(table.turns(of:))
        let visible = PageMasks(span: span, queries: positions, firstRow: tokens.lowerBound * group, group: group)
        if placesRows { placeRows(placing, positions: positions) }
        var touched = TouchedPages(context)
        defer { touched.settle() }
        var entries = PartEntries(part, span: span, table: context.pages[head]), upcoming = entries.next()
        while let (index, entry, chosen) = upcoming {
            upcoming = entries.next()
            let verdict = visible.fill(masks, entry: entry, index: index, chosen: chosen)
            if case .nothing = verdict { continue }
            note(verdict, entry: entry)
            touched.add(index)
            var view = PageView()
            view.keys = entry.keys
            view.values = entry.values
            if case .some = verdict { view.masks = UnsafePointer(masks) }
            view.next_keys = upcoming?.entry.keys
            view.next_values = upcoming?.entry.values
            setDistances(&view, placing: placing, positions: positions, entry: entry, index: index)
            let rowAngles = setAngles(
                &view, placing: placing, turns: turns, position: placesRows ? nil : positions.lowerBound, entry: entry, index: index)
            body(&block, &view, rowAngles, index)
        }
    }
}

extension BlockRun {
    /// Counts what the rows see of a page.
    private mutating func note(_ verdict: PageMasks.Verdict, entry: PageEntry) {
        let rows = Int(block.rows)
        count.pages += 1
        if case .everything = verdict {
            count.keys += rows * entry.count
        } else {
            for row in 0..<rows { count.keys += masks[row].nonzeroBitCount }
        }
    }
}

/// The pages of a part in their order, each with the slots of it that are chosen.
private struct PartEntries {
    private let chosen: [KeyChoice.Page]?
    private let table: PageTable
    private var entries: PageTable.Entries
    private var place: Int
    private let end: Int

    init(_ part: SpanPart, span: KeySpan, table: PageTable) {
        chosen = span.choice?.pages
        self.table = table
        entries = table.entries(chosen == nil ? part.pages : 0..<0)
        place = part.pages.lowerBound
        end = part.pages.upperBound
    }

    mutating func next() -> (index: Int, entry: PageEntry, chosen: UInt64)? {
        guard place < end else { return nil }
        defer { place += 1 }
        if let page = chosen?[place] { return (page.index, table[page.index], page.keys) }
        return entries.next().map { (place, $0, .max) }
    }
}

// MARK: Angles and distances

extension BlockRun {
    private var table: AngleTable { context.table }

    /// Turns all rows to where the placement puts them.
    private mutating func placeRows(_ placing: Placing, positions: ClosedRange<Int>) {
        guard table.entryCount > 0 else { return context.kernels.functions.place(&block, nil, 0) }
        let angles = (memory + scratch.angles).assumingMemoryBound(to: Float.self)
        for position in positions {
            let entry = angles + (position - positions.lowerBound) * table.entryCount
            table.write(position: placing.rowTurn(position: position), to: entry)
        }
        context.kernels.functions.place(&block, angles, table.entryCount)
    }

    /// Sets how the keys of a page turn.
    /// - Parameter position: of the only query, if not the page but its rows are to be turned: returns their angles.
    private func setAngles(
        _ view: inout PageView, placing: Placing, turns: SlotTurns?, position: Int?, entry: PageEntry, index: Int
    ) -> UnsafePointer<Float>? {
        guard table.entryCount > 0 else { return nil }
        if placing.turnsSlots { view.slot_rotation = slotAngles(placing, turns: turns, entry: entry) }
        let angles = (memory + scratch.pageAngles).assumingMemoryBound(to: Float.self)
        let pageTurn = placing.pageTurn(of: entry, index: index)
        if let position {
            table.write(position: placing.rowTurn(position: position) - pageTurn, to: angles)
            return UnsafePointer(angles)
        }
        guard pageTurn != 0 else { return nil }
        table.write(position: pageTurn, to: angles)
        view.rotation = UnsafePointer(angles)
        return nil
    }

    /// How each slot of a raw page turns from slot 0: one table serves all pages of consecutive tokens, and where positions are mapped
    /// the pages that lie alike in the map.
    private func slotAngles(_ placing: Placing, turns: SlotTurns?, entry: PageEntry) -> UnsafePointer<Float> {
        if entry.isConsecutive {
            guard placing.placement.keyMap != nil else { return table.slots }
            if let turns = turns?.table(startingAt: entry.start) { return turns }
        }
        let count = CacheSpec.pageTokens
        let angles = (memory + scratch.slotAngles).assumingMemoryBound(to: Float.self)
        let one = (memory + scratch.pageAngles).assumingMemoryBound(to: Float.self)
        for slot in 0..<count {
            table.write(position: placing.offset(of: slot, in: entry), to: one)
            for part in 0..<table.entryCount { angles[part * count + slot] = one[part] }
        }
        return UnsafePointer(angles)
    }

    /// Sets the distances that biases are computed from.
    private mutating func setDistances(
        _ view: inout PageView, placing: Placing, positions: ClosedRange<Int>, entry: PageEntry, index: Int
    ) {
        guard block.slopes != nil || block.biases != nil else { return }
        let start = placing.shownStart(of: entry, index: index) - Double(block.biases == nil ? 0 : context.rule.distanceBiasOrigin)
        for row in 0..<Int(block.rows) {
            distances[row] = Float(placing.rowTurn(position: positions.lowerBound + row / context.group) - start)
        }
        for slot in 0..<CacheSpec.pageTokens { slotOffsets[slot] = Float(placing.offset(of: slot, in: entry)) }
        view.distances = UnsafePointer(distances)
        view.slot_offsets = UnsafePointer(slotOffsets)
    }
}

extension PageEntry {
    /// The position that a slot holds, or would hold if it were filled.
    func position(of slot: Int) -> Int {
        if !isConsecutive, let positions = page?.positions, slot < positions.count { return Int(positions[slot]) }
        return start + slot
    }
}
