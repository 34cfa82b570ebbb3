import CKernels
import KeyValues
import Tensors

extension Compute {
    /// The share of attention that single keys of a span got, summed over queries.
    ///
    /// - Parameters:
    ///   - logSumExp: of all that the queries saw, as `attend` returned it: `[tokens, queryHeads]`.
    ///   - head: the key/value head.
    /// - Returns: `[group, slots of the span]`.
    package func attentionMass(
        queries: Tensor, firstPosition: Int, layer: Int, cache: KeyValueCache, head: Int, span: KeySpan, rule: ScoreRule,
        logSumExp: Tensor, kernels table: AttentionKernelTable? = nil
    ) throws(AttentionError) -> Tensor {
        let context = try AttentionContext(
            queries: queries, firstPosition: firstPosition, layer: layer, cache: cache, plans: [AttentionPlan([span])], rule: rule,
            kernels: table ?? AttentionKernelTable(for: kernels))
        let masses = Tensor(rows: context.group, columns: span.slots.count)
        guard queries.rows > 0 else { return masses }
        let scratch = BlockScratch(context: context, tokens: queries.rows)
        let parts = context.parts(head: head, tokens: 0..<queries.rows)
        guard let pages = parts.first?.pages else { return masses }
        // Every page has columns of its own, so pages may go to different threads.
        pool.forEach(pages.count) { item, thread in
            let memory = pool.scratch(thread: thread, byteCount: scratch.byteCount)
            var run = BlockRun(context: context, head: head, tokens: 0..<queries.rows, scratch: scratch, memory: memory)
            let index = pages.lowerBound + item
            run.addMass(of: SpanPart(span: 0, pages: index..<index + 1), logSumExp: logSumExp, to: masses)
        }
        return masses
    }
}

extension BlockRun {
    /// Adds the masses of one page's keys.
    fileprivate mutating func addMass(of part: SpanPart, logSumExp: Tensor, to masses: Tensor) {
        let group = context.group, span = context.plan(head: head).spans[part.span], slots = span.slots, head = head
        let sums = (0..<Int(block.rows)).map { logSumExp[$0 / group, head * group + $0 % group] * Self.log2e }
        var page = [Float](repeating: 0, count: group * CacheSpec.pageTokens)
        let functions = context.kernels.functions
        visit(part, placesRows: true) { block, view, _ in functions.mass(&block, &view, sums, &page) }
        let first = span.page(at: part.pages.lowerBound) * CacheSpec.pageTokens
        for slot in 0..<CacheSpec.pageTokens where slots.contains(first + slot) {
            for row in 0..<group { masses[row, first + slot - slots.lowerBound] = page[row * CacheSpec.pageTokens + slot] }
        }
    }
}
