import KeyValues
import Tensors

/// A method for long texts: it decides what each query sees and what is kept. It never touches weights, and the kernel never
/// learns which method made a plan.
///
/// A policy that keeps anything between calls serves one sequence. Calls come in the order prepare, plan (for each layer), retain (after
/// each chunk of tokens), from the serial owner of the cache.
package protocol AttentionPolicy: Sendable {
    /// What was asked for: "sliding:1024".
    var name: String { get }
    /// What must be provided for it.
    var needs: PolicyNeeds { get }

    /// Looks at new pages and at the queries of a layer before they attend.
    func prepare(_ queries: RawQueries, cache: KeyValueCache)
    /// What the queries of a block see.
    func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan
    /// Drops what no later query will see.
    func retain(in cache: KeyValueCache)
}

extension AttentionPolicy {
    package var needs: PolicyNeeds { PolicyNeeds() }
    package func prepare(_ queries: RawQueries, cache: KeyValueCache) {}
    package func retain(in cache: KeyValueCache) {}
}

/// What a policy declares that it needs. Who runs the policy provides it or refuses, and never goes on without.
package struct PolicyNeeds: Hashable, Sendable {
    /// The frame of cached keys; nil: any.
    package var frame: KeyFrame?
    /// Most queries that may share a plan; nil: any number. Runs of queries that share one end at multiples of it, counted in positions,
    /// so that a text may be read in chunks of any length.
    package var queriesPerPlan: Int?

    package init(frame: KeyFrame? = nil, queriesPerPlan: Int? = nil) {
        precondition(queriesPerPlan ?? 1 > 0, "\(queriesPerPlan ?? 0) queries for a plan")
        self.frame = frame
        self.queriesPerPlan = queriesPerPlan
    }
}

extension AttentionPolicy {
    /// - Throws: `AttentionError.frameMissing` where a cache is kept in another frame than the method needs.
    package func check(_ spec: CacheSpec) throws(AttentionError) {
        guard let frame = needs.frame, frame != spec.frame else { return }
        throw .frameMissing(method: name, needed: frame, frame: spec.frame)
    }
}

/// Queries of one layer, before rotation.
package struct RawQueries {
    package let layer: Int
    /// `[tokens, queryHeads · keyDim]`.
    package let values: Tensor
    package let firstPosition: Int

    package init(layer: Int, values: Tensor, firstPosition: Int) {
        self.layer = layer
        self.values = values
        self.firstPosition = firstPosition
    }
}
