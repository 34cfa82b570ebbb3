import Attention
import KeyValues
import Tensors

/// A method as it works on a model of which some layers look back only so far by themselves (Mistral, Gemma, gpt-oss): there no key is
/// shown where it is, or moved together with all others, from farther away than the layer's own window. Keys that the method places
/// singly, such as the sinks of StreamingLLM, are where the method wants them.
struct OwnWindow: AttentionPolicy {
    private let policy: any AttentionPolicy
    /// Of each layer; `nil` for those that see everything.
    private let windows: [Int?]

    init(of policy: any AttentionPolicy, windows: [Int?]) {
        self.policy = policy
        self.windows = windows
    }

    var name: String { policy.name }
    var needs: PolicyNeeds { policy.needs }

    func check(_ spec: CacheSpec) throws(AttentionError) { try policy.check(spec) }

    func reach(of position: Int, layer: Int) -> PolicyReach {
        var reach = policy.reach(of: position, layer: layer)
        if let window = windows[layer] { reach.own = reach.own.clamped(to: max(0, position - window + 1)..<position + 1) }
        return reach
    }

    func budget(tokens: Int, layer: Int, phase: BudgetPhase) -> TokenBudget {
        var budget = policy.budget(tokens: tokens, layer: layer, phase: phase)
        // There most methods do not choose: all that the layer sees is near.
        if let window = windows[layer] { (budget.shown, budget.compared) = (min(budget.shown, Double(window)), 0) }
        if let window = windowOfAll { budget.kept = TokenBudget.ends(of: tokens, sinks: 0, window: window).kept }
        return budget
    }

    func queriesPerPlan(layer: Int) -> Int? { policy.queriesPerPlan(layer: layer) }

    func slots(neededAt position: Int, layer: Int, head: Int, cache: KeyValueCache) -> [Range<Int>] {
        let needed = policy.slots(neededAt: position, layer: layer, head: head, cache: cache)
        guard let window = windows[layer] else { return needed }
        let placed = policy.reach(of: position, layer: layer).placed, shown = max(0, position - window + 1)..<position + 1
        return needed.map { placed.contains($0) ? $0 : $0.clamped(to: shown) }.filter { !$0.isEmpty }
    }

    func beginRound(in cache: KeyValueCache) { policy.beginRound(in: cache) }

    func beginChunk(_ count: Int, cache: KeyValueCache) throws(KeyValueError) { try policy.beginChunk(count, cache: cache) }

    func prepare(_ queries: LayerQueries, cache: KeyValueCache) {
        var queries = queries
        queries.looksBackByItself = windows[queries.layer] != nil
        policy.prepare(queries, cache: cache)
    }

    func observe(_ queries: LayerQueries, result: AttentionResult, cache: KeyValueCache) throws(AttentionError) {
        try policy.observe(queries, result: result, cache: cache)
    }

    func endChunk(_ tokens: ArraySlice<Int32>, surprisals: [Float?], cache: KeyValueCache) {
        policy.endChunk(tokens, surprisals: surprisals, cache: cache)
    }

    func beginText(in cache: KeyValueCache) { policy.beginText(in: cache) }
    func endText(in cache: KeyValueCache, compute: Compute) { policy.endText(in: cache, compute: compute) }
    func divided(by scores: HeadScores) -> any AttentionPolicy { OwnWindow(of: policy.divided(by: scores), windows: windows) }

    func memory(_ record: MemoryRecord, for cache: KeyValueCache) -> (any SequenceMemory)? { policy.memory(record, for: cache) }

    func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        let plan = policy.plan(block, cache: cache)
        guard let window = windows[block.layer] else { return plan }
        return AttentionPlan(
            plan.spans.map { span in
                var span = span
                if let farthest = Self.farthest(span.placement, window: window) {
                    span.band.highest = min(span.band.highest ?? .max, farthest)
                }
                return span
            })
    }

    /// Without a method of its own, a model all of whose layers look back only so far needs no older pages.
    func retain(in cache: KeyValueCache, layer: Int) {
        policy.retain(in: cache, layer: layer)
        if let window = windowOfAll { cache.dropOutsideWindow(window, keeping: 0, layer: layer) }
    }

    /// What no layer looks back beyond, where the model alone decides that.
    private var windowOfAll: Int? {
        let ends = windows.compactMap(\.self)
        return policy is FullAttention && ends.count == windows.count ? ends.max() : nil
    }

    /// The true distance that is shown as the window's last; nil where true distances do not decide.
    private static func farthest(_ placement: Placement, window: Int) -> Int? {
        switch placement {
        case .own, .mapped: window - 1
        case .shifted(let by): window - 1 + by
        case .shiftedPerQuery, .placed, .behind, .constant: nil
        }
    }
}
