import Attention
import Diagnostics
import KeyValues
import Synchronization
import Tensors

extension InferenceOperations {
    /// Each sequence's queries attend to its own cache, of which they are the newest.
    mutating func attend(query: Tensor, key: Tensor, value: Tensor, layer: Int) throws -> Tensor {
        let outputs = makeTensor(
            rows: query.rows, columns: decoder.configuration.heads * decoder.configuration.valueDim)
        let attention = PackedAttentionLayer(decoder: decoder, layer: layer, query: query, key: key, value: value, outputs: outputs)
        let (alone, together) = packed.shares(among: compute.pool.threads)
        for member in together { try attention.run(member, compute) }
        if !alone.isEmpty { try attention.shareOut(alone) }
        return outputs
    }
}

/// One layer's attention of packed runs.
// Sendable because a thread touches the rows and the cache of its own runs only.
private struct PackedAttentionLayer: @unchecked Sendable {
    let decoder: Decoder
    let layer: Int
    let query: Tensor
    let key: Tensor
    let value: Tensor
    let outputs: Tensor

    /// The keys and values of a run go into its cache, and its queries attend.
    func run(_ member: PackedRuns.Member, _ compute: Compute) throws {
        let cache = member.run.cache, first = cache.tokenCount, query = part(query, member)
        try cache.append(layer: layer, keys: part(key, member), values: part(value, member), compute: compute)
        let rule = decoder.rule(layer: layer, cache: cache)
        let result = try compute.attend(
            queries: query, firstPosition: first, layer: layer, cache: cache, policy: member.policy, rule: rule,
            into: part(outputs, member))
        try member.run.observer?.observe(
            LayerAttention(
                layer: layer, queries: query, firstPosition: first, cache: cache, policy: member.policy, rule: rule, result: result))
    }

    /// Threads take one run after another, each by itself.
    func shareOut(_ members: [PackedRuns.Member]) throws {
        let failure = Mutex<(any Error)?>(nil), alone = decoder.aloneOnEachThread
        decoder.compute.pool.forEach(members.count) { index, thread in
            do {
                try run(members[index], alone[thread])
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    private func part(_ tensor: Tensor, _ member: PackedRuns.Member) -> Tensor {
        member.rows.count == tensor.rows ? tensor : tensor.rows(member.rows)
    }
}
