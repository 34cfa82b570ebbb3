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
        if span.gate != nil {
            let sums = try gated(
                logSumExp, queries: queries, firstPosition: firstPosition, layer: layer, cache: cache, span: span, rule: rule)
            var own = span
            own.gate = nil
            return try attentionMass(
                queries: queries, firstPosition: firstPosition, layer: layer, cache: cache, head: head, span: own, rule: rule,
                logSumExp: sums, kernels: table)
        }
        let context = try AttentionContext(
            queries: queries, firstPosition: firstPosition, layer: layer, cache: cache, plans: [AttentionPlan([span])], rule: rule,
            kernels: table ?? AttentionKernelTable(for: kernels))
        let masses = Tensor(rows: context.group, columns: span.slots.count)
        guard queries.rows > 0 else { return masses }
        let blockTokens = min(queries.rows, max(1, AttentionWork.largestBlock / context.group))
        let scratch = BlockScratch(context: context, tokens: blockTokens)
        guard let pages = context.parts(head: head, tokens: 0..<queries.rows).first?.pages else { return masses }
        let runs = stride(from: pages.lowerBound, to: pages.upperBound, by: AttentionWork.pagesPerMassRun).map {
            pages.clamped(to: $0..<$0 + AttentionWork.pagesPerMassRun)
        }
        // Every page has columns of its own, so pages may go to different threads.
        pool.forEach(runs.count) { item, thread in
            let memory = pool.scratch(thread: thread, byteCount: scratch.byteCount)
            for first in stride(from: 0, to: queries.rows, by: blockTokens) {
                let tokens = first..<min(first + blockTokens, queries.rows)
                var run = BlockRun(context: context, head: head, tokens: tokens, scratch: scratch, memory: memory)
                run.addMasses(of: SpanPart(number: 0, span: span, pages: runs[item]), logSumExp: logSumExp, to: masses)
            }
        }
        return masses
    }

    /// What scores of a gated span's keys must be compared with, so that together they get what the gate gets.
    private func gated(
        _ logSumExp: Tensor, queries: Tensor, firstPosition: Int, layer: Int, cache: KeyValueCache, span: KeySpan, rule: ScoreRule
    ) throws(AttentionError) -> Tensor {
        guard let gate = span.gateSpan else { return logSumExp }
        var own = span, rule = rule
        own.gate = nil
        rule.sinkLogits = nil
        let sums = Tensor(rows: logSumExp.rows, columns: logSumExp.columns)
        let parts = try [own, gate].map { span throws(AttentionError) in
            let result = try attend(
                queries: queries, firstPosition: firstPosition, layer: layer, cache: cache, plans: [AttentionPlan([span])], rule: rule)
            // Looking on is not counted as work.
            cache.count(AttentionCount() - result.count)
            return result.logSumExp
        }
        for row in 0..<sums.rows {
            for column in 0..<sums.columns {
                let own = parts[0][row, column], gate = parts[1][row, column]
                // Whoever sees nothing of the span gives it nothing.
                sums[row, column] = min(own, gate) == -.infinity ? .infinity : logSumExp[row, column] + own - gate
            }
        }
        return sums
    }
}

extension BlockRun {
    /// Adds the masses of some pages' keys.
    fileprivate mutating func addMasses(of part: SpanPart, logSumExp: Tensor, to masses: Tensor) {
        let group = context.group, slots = part.span.slots, head = head, firstToken = tokens.lowerBound
        let sums = (0..<Int(block.rows)).map { logSumExp[firstToken + $0 / group, head * group + $0 % group] * Self.log2e }
        var page = [Float](repeating: 0, count: group * CacheSpec.pageTokens)
        let functions = context.kernels.functions
        visit(part, placesRows: true) { block, view, _, index in
            for place in page.indices { page[place] = 0 }
            functions.mass(&block, &view, sums, &page)
            let first = index * CacheSpec.pageTokens, shown = slots.clamped(to: first..<first + CacheSpec.pageTokens)
            for row in 0..<group {
                let sums = masses.row(row) + (shown.lowerBound - slots.lowerBound), place = row * CacheSpec.pageTokens - first
                for slot in shown { sums[slot - shown.lowerBound] += page[place + slot] }
            }
        }
    }
}
