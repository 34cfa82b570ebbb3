import ModelFiles

/// What is told of one step: a line of `metrics.jsonl`.
package struct TrainingMetrics: Hashable, Sendable {
    /// From 1 on.
    package var step: Int
    /// Nats a target, on the batch of this step before it was learned from.
    package var loss: Double
    /// Nats a target on the held-out part, after the step; nil where that was not looked at.
    package var heldOutLoss: Double?
    /// The same on what each of the streams brings next, in their order; empty where that was not looked at or there is one stream alone.
    package var streamLosses: [Double] = []
    /// The share of generated cases of each class that was answered; empty where that was not looked at.
    package var lookupAccuracy: [LookupEvaluation: Double] = [:]
    package var learningRate: Double
    /// Before clipping.
    package var gradientNorm: Double
    /// Tokens seen so far.
    package var tokens: Int
    package var tokensPerSecond: Double
    /// Seconds spent so far, in all runs together.
    package var seconds: Double
}

extension TrainingMetrics {
    var line: String {
        var members: JSONObject = ["step": .integer(step), "loss": .number(loss)]
        members["held_out_loss"] = heldOutLoss.map { .number($0) }
        if !streamLosses.isEmpty { members["stream_losses"] = .array(streamLosses.map { .number($0) }) }
        if !lookupAccuracy.isEmpty { members["lookup_accuracy"] = .object(lookupMembers) }
        members["learning_rate"] = .number(learningRate)
        members["gradient_norm"] = .number(gradientNorm)
        members["tokens"] = .integer(tokens)
        members["tokens_per_second"] = .number(tokensPerSecond.rounded())
        members["seconds"] = .number((seconds * 1000).rounded() / 1000)
        return JSONValue.object(members).serialized() + "\n"
    }

    private var lookupMembers: JSONObject {
        JSONObject(LookupEvaluation.allCases.compactMap { kind in lookupAccuracy[kind].map { (kind.rawValue, .number($0)) } })
    }

    /// Reads a line; nil if it is not one of these.
    init?(line: [UInt8], path: String) {
        guard let members = (try? JSONValue(parsing: line, path: path))?.object, let step = members["step"]?.integer,
            let loss = members["loss"]?.number, let learningRate = members["learning_rate"]?.number,
            let gradientNorm = members["gradient_norm"]?.number, let tokens = members["tokens"]?.integer,
            let tokensPerSecond = members["tokens_per_second"]?.number, let seconds = members["seconds"]?.number
        else { return nil }
        self.init(
            step: step, loss: loss, heldOutLoss: members["held_out_loss"]?.number, learningRate: learningRate, gradientNorm: gradientNorm,
            tokens: tokens, tokensPerSecond: tokensPerSecond, seconds: seconds)
        streamLosses = members["stream_losses"]?.array?.compactMap(\.number) ?? []
        lookupAccuracy = LookupEvaluation.allCases.reduce(into: [:]) { accuracy, kind in
            accuracy[kind] = members["lookup_accuracy"]?.object?[kind.rawValue]?.number
        }
    }
}
