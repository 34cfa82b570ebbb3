import KeyValues
import Tensors

/// A method for long texts: it decides what each query sees and what is kept. It never touches weights, and the kernel never
/// learns which method made a plan.
///
/// A policy that keeps anything between calls serves one sequence. Calls come in the order prepare, plan, observe, retain, from
/// the serial owner of the cache.
package protocol AttentionPolicy: Sendable {
    /// What was asked for: "sliding:1024".
    var name: String { get }
    /// What must be provided for it.
    var needs: PolicyNeeds { get }

    /// Looks at new pages and at the queries of a layer before they attend.
    func prepare(_ queries: RawQueries, cache: KeyValueCache)
    /// What the queries of a block see.
    func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan
    /// Learns how a chunk went.
    func observe(_ observation: Observation, cache: KeyValueCache)
    /// Drops what no later query will see.
    func retain(in cache: KeyValueCache)
}

extension AttentionPolicy {
    package var needs: PolicyNeeds { PolicyNeeds() }
    package func prepare(_ queries: RawQueries, cache: KeyValueCache) {}
    package func observe(_ observation: Observation, cache: KeyValueCache) {}
    package func retain(in cache: KeyValueCache) {}
}

/// What a policy declares that it needs.
package struct PolicyNeeds: Hashable, Sendable {
    /// The frame of cached keys; nil: any.
    package var frame: KeyFrame?
    /// Most queries that may share a plan; nil: any number.
    package var queriesPerPlan: Int?
    /// Whether `observe` must be told how surprising each token was, which makes the reader run the output head.
    package var surprisal = false
    /// Whether `observe` must be told each span's share of attention.
    package var spanMasses = false

    package init(frame: KeyFrame? = nil, queriesPerPlan: Int? = nil, surprisal: Bool = false, spanMasses: Bool = false) {
        self.frame = frame
        self.queriesPerPlan = queriesPerPlan
        self.surprisal = surprisal
        self.spanMasses = spanMasses
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

/// How a chunk of tokens went.
package struct Observation: Sendable {
    package var positions: Range<Int>
    /// Negative log-probability of each token, where it was asked for.
    package var surprisal: [Float]?

    package init(positions: Range<Int>, surprisal: [Float]? = nil) {
        self.positions = positions
        self.surprisal = surprisal
    }
}
