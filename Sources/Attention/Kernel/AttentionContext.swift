import KeyValues
import Positions
import Tensors

/// What all pieces of one call share.
struct AttentionContext {
    let kernels: AttentionKernelTable
    let layout: PageLayout
    let layer: Int
    let table: AngleTable
    /// The table of each key/value head.
    let pages: [PageTable]
    /// Bounds what mapped pages take of the memory; nil where nothing does.
    let residents: ResidentSet?
    let queries: Tensor
    let firstPosition: Int
    let rule: ScoreRule
    /// One for each key/value head, or one for all.
    let plans: [AttentionPlan]

    init(
        queries: Tensor, firstPosition: Int, layer: Int, cache: KeyValueCache, plans: [AttentionPlan], rule: ScoreRule,
        kernels: AttentionKernelTable
    ) throws(AttentionError) {
        let layout = cache.layout(layer: layer), spec = layout.spec
        precondition(
            queries.columns % (spec.heads * spec.keyDim) == 0, "\(queries.columns) query columns for \(spec.heads) heads of \(spec.keyDim)")
        precondition(plans.count == 1 || plans.count == spec.heads, "\(plans.count) plans for \(spec.heads) key/value heads")
        try Self.check(plans, layout: layout, layer: layer, queries: queries.rows)
        self.kernels = kernels
        self.layout = layout
        self.layer = layer
        self.queries = queries
        self.firstPosition = firstPosition
        self.rule = rule
        self.plans = plans
        residents = cache.arena.residents
        pages = (0..<spec.heads).map { cache.pages(layer: layer, head: $0) }
        table = cache.angleTable(
            layer: layer, reach: Self.reach(of: plans, upperPosition: firstPosition + queries.rows, frame: spec.frame))
    }

    /// Query heads of one key/value head.
    var group: Int { queries.columns / (layout.spec.heads * layout.spec.keyDim) }

    func plan(head: Int) -> AttentionPlan { plans.count == 1 ? plans[0] : plans[head] }

    private static func check(_ plans: [AttentionPlan], layout: PageLayout, layer: Int, queries: Int) throws(AttentionError) {
        let frame = layout.spec.frame
        for span in plans.flatMap(\.spans) {
            if span.placement.needsRawKeys, frame != .raw, layout.rotary.pairs > 0 {
                throw .placementNeedsRawKeys(placement: span.placement.name, frame: frame, layer: layer)
            }
            if case .shiftedPerQuery(let shifts) = span.placement, shifts.count != queries {
                throw .perQueryShiftsMissing(shifts: shifts.count, queries: queries)
            }
        }
    }

    /// How far angles must be tabulated. Longer distances, of unusual placements, are computed one by one.
    private static func reach(of plans: [AttentionPlan], upperPosition: Int, frame: KeyFrame) -> Int {
        guard frame != .origin else { return upperPosition }
        let ownSpans = plans.flatMap(\.spans).filter { if case .own = $0.placement { true } else { false } }
        return (ownSpans.map { upperPosition - $0.slots.lowerBound }.max() ?? 0) + CacheSpec.pageTokens
    }
}

/// The pages of one span that a block of queries may see.
struct SpanPart {
    let span: Int
    /// Pages of the head's table, or places in the list of the chosen ones.
    let pages: Range<Int>
}

extension AttentionContext {
    /// The pages of every span that the band does not hide from all of these queries.
    func parts(head: Int, tokens: Range<Int>) -> [SpanPart] {
        let positions = firstPosition + tokens.lowerBound...firstPosition + tokens.upperBound - 1
        return plan(head: head).spans.indices.compactMap { index in
            let span = plan(head: head).spans[index]
            var pages = places(of: span, head: head)
            while let first = pages.first, !isShown(first, of: span, head: head, to: positions) { pages.removeFirst() }
            while let last = pages.last, !isShown(last, of: span, head: head, to: positions) { pages.removeLast() }
            return pages.isEmpty || span.slots.isEmpty ? nil : SpanPart(span: index, pages: pages)
        }
    }

    /// All pages that a span may show something of.
    private func places(of span: KeySpan, head: Int) -> Range<Int> {
        let count = pages[head].count
        if let chosen = span.choice?.pages { return 0..<(chosen.firstIndex { $0.index >= count } ?? chosen.count) }
        let (first, last) = (span.slots.lowerBound, span.slots.upperBound + CacheSpec.pageTokens - 1)
        return (first / CacheSpec.pageTokens..<last / CacheSpec.pageTokens).clamped(to: 0..<count)
    }

    /// Whether any query may see anything of a page.
    private func isShown(_ place: Int, of span: KeySpan, head: Int, to positions: ClosedRange<Int>) -> Bool {
        let entry = pages[head][span.page(at: place)]
        return entry.isPresent && entry.count > 0 && span.band.overlaps(entry.distances(to: positions))
    }
}

extension KeySpan {
    /// The number of the page at a place of a part.
    func page(at place: Int) -> Int { choice?.pages[place].index ?? place }
}

extension PageEntry {
    /// The positions that its slots hold.
    var positions: ClosedRange<Int> {
        if !isConsecutive, let filled = page?.positions?.prefix(count), let least = filled.min(), let most = filled.max() {
            return Int(least)...Int(most)
        }
        return start...start + max(count, 1) - 1
    }

    /// All distances `i - j` to queries at these positions.
    func distances(to queries: ClosedRange<Int>) -> ClosedRange<Int> {
        queries.lowerBound - positions.upperBound...queries.upperBound - positions.lowerBound
    }
}
