import Attention
import KeyValues

/// What one text of one length costs with one method and one way to keep keys and values.
package struct Plan: Sendable {
    package let length: Int
    package let method: String
    package let cache: CacheTypes
    /// What all layers keep of one token that is not dropped.
    package let cacheBytesPerToken: Double
    /// Keys and values of the text once it has been read.
    package let cacheBytes: Double
    /// Weights, keys and values, activations and the program, at the worst moment.
    package let peakBytes: Double
    /// From the first token to the logits that the first new one is drawn from.
    package let reading: Cost
    /// One new token behind the text.
    package let writing: Cost
    /// One new token for each of all users that fit; nil where none or only one does.
    package let writingTogether: Cost?
    /// Texts of this length that fit into memory at a time.
    package let users: Int
    /// One user's context out of memory and another's in.
    package let switchSeconds: Double
    /// Users who together would make writing wait for computing; nil: memory decides for any number.
    package let usersToComputeBound: Int?
    package let readingBound: Bound
    package let writingBound: Bound
    /// Why it cannot be done, all of it; empty if it can.
    package let reasons: [String]

    package var tokensPerSecond: Double { 1 / writing.seconds }
    /// Nothing but drawing lies between the logits and the first token.
    package var firstTokenSeconds: Double { reading.seconds }
}

/// Makes plans for one model on one machine.
package struct Planner: Sendable {
    package let model: any PlannedModel
    package let machine: Machine
    /// Tokens that are read at once.
    package let chunkTokens: Int
    /// What the program takes besides, the tokenizer among it.
    package let programBytes: Int
    package let counting: CostModel.Counting

    package init(
        _ model: any PlannedModel, machine: Machine, chunkTokens: Int, programBytes: Int = 0, counting: CostModel.Counting = .exact
    ) {
        self.model = model
        self.machine = machine
        self.chunkTokens = chunkTokens
        self.programBytes = programBytes
        self.counting = counting
    }

    /// Users whose tokens are counted in one step, at most.
    private static let mostTogether = 4096

    /// - Parameter method: as it is written: "streaming:4:4092".
    /// - Throws: for a method that there is none of, or that cannot serve the model's cache at any length.
    package func plan(length: Int, method: String, cache: CacheTypes = .bf16) throws -> Plan {
        let policy = try PolicyRegistry.policy(method, window: model.contextLength ?? length, layers: model.layers)
        let costs = try CostModel(
            model, machine: machine, policy: policy, cache: cache, chunkTokens: chunkTokens, counting: counting)
        let reading = costs.reading(tokens: length), writing = costs.writing(at: length), own = costs.cacheBytes(tokens: length)
        let fixed = Double(model.weightBytes + programBytes) + costs.activationBytes(tokens: length)
        let largest = costs.largestCacheBytes(tokens: length)
        let peak = fixed + (machine.rates == nil ? largest : Double(PageArena.residentBytes(holding: Int(min(largest, 0x1p60)))))
        let users = max(0, (machine.memoryBytes - fixed) / max(own, 1))
        let fitting = Int(min(users, 1e9))
        return Plan(
            length: length, method: policy.name, cache: cache, cacheBytesPerToken: costs.bytesPerToken, cacheBytes: own,
            peakBytes: peak, reading: reading, writing: writing,
            writingTogether: fitting > 1 ? costs.writing(at: length, users: min(fitting, Self.mostTogether)) : nil, users: fitting,
            switchSeconds: 2 * own / machine.linkBytesPerSecond, usersToComputeBound: usersToComputeBound(writing, cacheBytes: own),
            readingBound: reading.bound(on: machine), writingBound: writing.bound(on: machine),
            reasons: reasons(against: costs, length: length, peakBytes: peak))
    }

    /// Tokens in a step from which products with weights wait for computing and no longer for memory.
    package var balanceTokens: Double {
        let step = model.step(tokens: 1, wanted: 1).products
        return machine.balance * step.reduce(0) { $0 + $1.bytes } / max(1, step.reduce(0) { $0 + $1.operations })
    }

    /// Weights are read once for all users, keys and values for each.
    private func usersToComputeBound(_ writing: Cost, cacheBytes: Double) -> Int? {
        let weights = model.step(tokens: 1, wanted: 1).products.reduce(0) { $0 + $1.bytes }
        let gained = writing.operations / machine.balance - (writing.bytes - weights)
        guard gained > 0, weights / gained < 1e9 else { return nil }
        return max(1, Int((weights / gained).rounded(.up)))
    }

    private func reasons(against costs: CostModel, length: Int, peakBytes: Double) -> [String] {
        var reasons: [String] = []
        if let window = model.contextLength {
            let farthest = (0..<model.layers).map { costs.policy.reach(of: max(0, length - 1), layer: $0).farthest }.max() ?? 0
            if farthest >= window {
                reasons.append(
                    "\(costs.policy.name) shows keys from \(farthest + 1) tokens away, and the model was trained for \(window); "
                        + "take a method that goes beyond, or stretched positions")
            }
        }
        if peakBytes > machine.memoryBytes {
            reasons.append(
                "it takes \(Int(peakBytes)) bytes of memory, and \(machine.name) has \(Int(machine.memoryBytes)); take a smaller cache type, "
                    + "a method with a window, or a smaller model")
        }
        return reasons
    }
}
