import CKernels
import KeyValues
import Tensors

/// The work of one call, cut into pieces: blocks of rows, and for few rows also runs of pages.
struct AttentionWork {
    let context: AttentionContext
    let result: AttentionResult

    /// Rows that a block may hold: their state and queries stay in the second-level cache.
    static let largestBlock = 480
    /// With no more rows than this the pages are shared out too.
    private static let fewRows = 64
    /// Pages whose masses are summed in one piece: rows are turned once for all of them.
    static let pagesPerMassRun = 16

    /// Queries of one key/value head, and which pieces see to them.
    private struct Block {
        let head: Int
        let tokens: Range<Int>
        let pieces: Range<Int>
    }

    /// A block's state over some of its pages.
    private struct Piece {
        let head: Int
        let tokens: Range<Int>
        let parts: [SpanPart]

        /// A gated span is a piece by itself.
        var isGated: Bool { parts.first?.span.gate != nil }
    }

    /// - Returns: what all rows together have seen.
    func run(_ pool: WorkerPool) -> AttentionCount {
        let (blocks, pieces) = cut()
        let scratch = BlockScratch(context: context, tokens: blocks.map(\.tokens.count).max() ?? 0)
        let counts = UnsafeMutableBufferPointer<AttentionCount>.allocate(capacity: pieces.count)
        counts.initialize(repeating: AttentionCount())
        defer { counts.deallocate() }
        if pieces.count == blocks.count && result.spanLogSumExp.isEmpty && !pieces.contains(where: \.isGated) {
            pool.forEach(pieces.count) { index, thread in
                let piece = pieces[index], memory = pool.scratch(thread: thread, byteCount: scratch.byteCount)
                let (state, count) = execute(piece, scratch: scratch, memory: memory, state: nil)
                counts[index] = count
                finish(state, tokens: piece.tokens, head: piece.head)
            }
        } else {
            runApart(blocks, pieces, scratch: scratch, counts: counts, pool: pool)
        }
        return counts.reduce(into: AttentionCount()) { $0 += $1 }
    }

    /// Pieces of a block on different threads, then merged in their order.
    private func runApart(
        _ blocks: [Block], _ pieces: [Piece], scratch: BlockScratch, counts: UnsafeMutableBufferPointer<AttentionCount>, pool: WorkerPool
    ) {
        let stateBytes = scratch.stateBytes
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, pieces.count) * stateBytes, alignment: 64)
        let states = UnsafeMutablePointer<AttentionBlock>.allocate(capacity: max(1, pieces.count))
        defer {
            memory.deallocate()
            states.deallocate()
        }
        pool.forEach(pieces.count) { index, thread in
            let room = pool.scratch(thread: thread, byteCount: scratch.byteCount)
            (states[index], counts[index]) = execute(pieces[index], scratch: scratch, memory: room, state: memory + index * stateBytes)
        }
        pool.forEach(blocks.count) { index, _ in
            let block = blocks[index]
            for piece in block.pieces { noteSpan(of: pieces[piece], state: states + piece) }
            for piece in block.pieces.dropFirst() { attention_merge(states + block.pieces.lowerBound, states + piece) }
            finish(states[block.pieces.lowerBound], tokens: block.tokens, head: block.head)
        }
    }

    private func execute(
        _ piece: Piece, scratch: BlockScratch, memory: UnsafeMutableRawPointer, state: UnsafeMutableRawPointer?
    ) -> (AttentionBlock, AttentionCount) {
        var run = BlockRun(context: context, head: piece.head, tokens: piece.tokens, scratch: scratch, memory: memory, state: state)
        run.attend(piece.parts)
        guard piece.isGated, let span = piece.parts.first?.span.gateSpan else { return (run.block, run.count) }
        // The span's own state lies outside the scratch memory, which serves its gate now.
        var gate = BlockRun(context: context, head: piece.head, tokens: piece.tokens, scratch: scratch, memory: memory)
        if let part = context.part(of: span, head: piece.head, tokens: piece.tokens) { gate.attend([part]) }
        var own = run.block, whole = gate.block
        attention_gate(&own, &whole)
        var count = run.count
        count += gate.count
        return (own, count)
    }

    /// Joins the sink logits, normalises and writes the rows to the result.
    private func finish(_ state: AttentionBlock, tokens: Range<Int>, head: Int) {
        var state = state
        let group = context.group, outputs = result.outputs, sums = result.logSumExp
        if let logits = context.rule.sinkLogits {
            let own = (0..<group).map { logits[head * group + $0] * BlockRun.log2e }
            attention_add_sink(&state, own)
        }
        attention_finish(
            &state, outputs.row(tokens.lowerBound) + head * group * context.layout.spec.valueDim, outputs.columns,
            sums.row(tokens.lowerBound) + head * group, sums.columns)
    }

    /// Adds a piece, which belongs to one span, to that span's log-sum-exp.
    private func noteSpan(of piece: Piece, state: UnsafeMutablePointer<AttentionBlock>) {
        guard !result.spanLogSumExp.isEmpty, let span = piece.parts.first?.number else { return }
        let sums = result.spanLogSumExp[piece.head][span]
        var own = [Float](repeating: 0, count: piece.tokens.count * context.group)
        attention_finish(state, nil, 0, &own, context.group)
        for (index, value) in own.enumerated() {
            let (row, column) = (piece.tokens.lowerBound + index / context.group, index % context.group)
            sums[row, column] = logAddExp(sums[row, column], value)
        }
    }
}

// MARK: Cutting

extension AttentionWork {
    /// Cuts at places that depend on the shapes alone.
    private func cut() -> (blocks: [Block], pieces: [Piece]) {
        var blocks: [Block] = [], pieces: [Piece] = []
        let tokens = context.queries.rows, perBlock = max(1, Self.largestBlock / context.group)
        for first in stride(from: 0, to: tokens, by: perBlock) {
            let range = first..<min(first + perBlock, tokens)
            for head in 0..<context.layout.spec.heads {
                let firstPiece = pieces.count
                pieces += partLists(head: head, tokens: range).map { Piece(head: head, tokens: range, parts: $0) }
                blocks.append(Block(head: head, tokens: range, pieces: firstPiece..<pieces.count))
            }
        }
        return (blocks, pieces)
    }

    /// What each piece of a block goes over; at least one piece, if an empty one.
    private func partLists(head: Int, tokens: Range<Int>) -> [[SpanPart]] {
        let parts = context.parts(head: head, tokens: tokens)
        let gated = parts.filter { $0.span.gate != nil }.map { [$0] }
        var lists = [parts.filter { $0.span.gate == nil }]
        if !result.spanLogSumExp.isEmpty { lists = lists.flatMap { parts in parts.map { [$0] } } }
        if context.queries.rows * context.group <= Self.fewRows { lists = lists.flatMap(Self.runs) }
        lists += gated
        return lists.isEmpty ? [[]] : lists
    }

    /// Parts cut at every 32nd page, if they are long.
    private static func runs(of parts: [SpanPart]) -> [[SpanPart]] {
        let run = Compute.pagesPerAttentionRun
        if parts.reduce(0, { $0 + $1.pages.count }) <= run { return [parts] }
        return parts.flatMap { part in
            stride(from: part.pages.lowerBound / run * run, to: part.pages.upperBound, by: run).map { first in
                [SpanPart(number: part.number, span: part.span, pages: part.pages.clamped(to: first..<first + run))]
            }
        }
    }
}
