import Attention
import KeyValues

/// A method as it works on a model whose layers look back only so far by themselves (Mistral): no key is shown where it is, or
/// shifted as a whole, from farther away than the model's own window. Keys that the method places singly, such as the sinks of
/// StreamingLLM, are where the method wants them.
struct OwnWindow: AttentionPolicy {
    private let policy: any AttentionPolicy
    private let window: Int

    init(of policy: any AttentionPolicy, window: Int) {
        self.policy = policy
        self.window = window
    }

    var name: String { policy.name }
    var needs: PolicyNeeds { policy.needs }

    func prepare(_ queries: RawQueries, cache: KeyValueCache) { policy.prepare(queries, cache: cache) }

    func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        AttentionPlan(
            policy.plan(block, cache: cache).spans.map { span in
                var span = span
                if let farthest = Self.farthest(span.placement, window: window) {
                    span.band.highest = min(span.band.highest ?? .max, farthest)
                }
                return span
            })
    }

    func retain(in cache: KeyValueCache) { policy.retain(in: cache) }

    /// The true distance that is shown as the window's last; nil where true distances do not decide.
    private static func farthest(_ placement: Placement, window: Int) -> Int? {
        switch placement {
        case .own: window - 1
        case .shifted(let by): window - 1 + by
        case .shiftedPerQuery, .placed, .behind, .constant, .mapped: nil
        }
    }
}
