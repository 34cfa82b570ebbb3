import Attention
import KeyValues

/// A method as it works on a model whose layers look back only so far by themselves (Mistral): every span ends at the model's
/// own window.
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
                span.band.highest = min(span.band.highest ?? .max, window - 1)
                return span
            })
    }

    func observe(_ observation: Observation, cache: KeyValueCache) { policy.observe(observation, cache: cache) }

    func retain(in cache: KeyValueCache) { policy.retain(in: cache) }
}
