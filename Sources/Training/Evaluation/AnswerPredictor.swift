import Attention
import KeyValues
import Models

/// Something that says which token comes next.
package protocol AnswerPredictor {
    /// The most likely next token of each row whose weight is above 0, in their order.
    func predictions(of batch: PackedBatch) throws -> [Int32]
}

extension TrainedDecoder: AnswerPredictor {}

/// A model as the engine runs it, with the weights as they are stored.
package struct EnginePredictor: AnswerPredictor {
    private let decoder: Decoder
    private let policy: any AttentionPolicy
    private let spec: CacheSpec

    /// - Throws: `KeyValueError` where the model's keys and values cannot be kept.
    package init(_ decoder: Decoder, policy: any AttentionPolicy = FullAttention()) throws {
        self.decoder = decoder
        self.policy = policy
        spec = try decoder.cacheSpec(keyType: .f16, valueType: .f16)
    }

    package func predictions(of batch: PackedBatch) throws -> [Int32] {
        try batch.ranges.flatMap { rows -> [Int32] in
            let wanted = rows.filter { batch.weights[$0] > 0 }
            guard let last = wanted.last else { return [] }
            let cache = decoder.makeCache(spec, arena: PageArena())
            let tokens = Array(batch.tokens[rows.lowerBound...last])
            guard let states = try decoder.states(tokens: tokens, cache: cache, policy: policy, wanted: .all) else { return [] }
            return try wanted.map { row in
                let place = row - rows.lowerBound
                return Int32(decoder.compute.argmax(try decoder.logits(states.rows(place..<place + 1)), row: 0))
            }
        }
    }

    /// The summed loss of all targets, in nats.
    package func loss(of batch: PackedBatch) throws -> LossSum {
        var sum = 0.0
        for rows in batch.ranges {
            let cache = decoder.makeCache(spec, arena: PageArena())
            guard let states = try decoder.states(tokens: Array(batch.tokens[rows]), cache: cache, policy: policy, wanted: .all) else {
                continue
            }
            sum += decoder.compute.crossEntropy(
                logits: try decoder.logits(states), targets: batch.targets[rows], weights: batch.weights[rows], scale: 1)
        }
        return LossSum(sum: sum, weight: batch.totalWeight)
    }
}
