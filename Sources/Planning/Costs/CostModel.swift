import Attention
import KeyValues
import Tensors

/// What a model costs on a machine, by one method and one way to keep keys and values.
///
/// Every product and every layer's attention takes the longer of two times: that of its operations and that of its bytes. On a machine whose
/// kernels were measured, their rates stand in place of the data sheet's, and what a data sheet knows nothing of is counted besides: norms and
/// activations, the writing of keys and values, and the calls of the threads. (After "Challenges in Deploying Long-Context Transformers", Fu,
/// 2024, and the roofline of Williams, Waterman and Patterson, 2009.)
package struct CostModel: Sendable {
    package let model: any PlannedModel
    package let machine: Machine
    package let cache: CacheTypes
    /// As it works on the model.
    package let policy: any AttentionPolicy
    /// Tokens that are read at once.
    package let chunkTokens: Int
    package let counting: Counting
    let frame: KeyFrame

    /// How attention is counted.
    package enum Counting: Sendable {
        /// Every pair of a query and a key that it sees.
        case exact
        /// As the paper does, about half of that.
        case paper
    }

    /// - Parameter policy: not yet limited to what the model's layers see.
    /// - Throws: where the method cannot serve the model's cache.
    package init(
        _ model: any PlannedModel, machine: Machine, policy: any AttentionPolicy, cache: CacheTypes = .bf16, chunkTokens: Int,
        counting: Counting = .exact
    ) throws {
        frame = policy.needs.frame ?? .page
        try policy.check(model.cacheSpec(cache, frame: frame))
        self.model = model
        self.machine = machine
        self.cache = cache
        self.policy = model.limited(policy)
        self.chunkTokens = min(chunkTokens, policy.needs.tokensPerChunk ?? .max)
        self.counting = counting
    }

    // MARK: Reading and writing

    /// Reading a text of so many tokens, from the beginning, up to the logits that the first new token is drawn from.
    package func reading(tokens: Int) -> Cost {
        var total = Cost(), steps: [Int: Cost] = [:]
        for first in stride(from: 0, to: tokens, by: chunkTokens) {
            let count = min(chunkTokens, tokens - first), isLast = first + count >= tokens
            let step =
                isLast ? products(tokens: count, wanted: 1) : steps[count] ?? products(tokens: count, wanted: 0)
            if !isLast { steps[count] = step }
            total += step
            for layer in 0..<model.layers { total += attention(layer: layer, queries: count, behind: first) }
        }
        return total
    }

    /// Writing one token for each of some users, each of whom has a text of so many tokens, the one just written included.
    package func writing(at tokens: Int, users: Int = 1) -> Cost {
        var attention = Cost()
        for layer in 0..<model.layers { attention += self.attention(layer: layer, queries: 1, behind: max(0, tokens - 1)) }
        return products(tokens: users, wanted: users) + attention * Double(users)
    }

    // MARK: Parts

    /// All that depends on no text: products with weights and what is done to each token.
    func products(tokens: Int, wanted: Int) -> Cost {
        let step = model.step(tokens: tokens, wanted: policy.needs.surprisal ? max(wanted, tokens) : wanted)
        var total = Cost()
        for product in step.products { total += cost(of: product) }
        if let rates = machine.rates {
            total.seconds += step.elements / rates.elementsPerSecond + step.activated / rates.activatedPerSecond
            total.seconds += Double(step.calls) * rates.secondsPerCall
        }
        return total
    }

    private func cost(of product: StepCount.Product) -> Cost {
        let rates = machine.rates?.products[product.type.name], own = machine.rates?[ProductShape(product, weightBytes: model.weightBytes)]
        let operationsPerSecond = own?.operationsPerSecond ?? rates?.operations(Double(product.columns)) ?? machine.operationsPerSecond
        let bytesPerSecond = own?.bytesPerSecond ?? rates?.reading(Double(model.weightBytes)) ?? machine.bytesPerSecond
        let computing = product.operations / operationsPerSecond, loading = product.bytes / bytesPerSecond
        let arranging = product.arranges ? product.tokens * product.copies * Double(product.columns) : 0
        return Cost(
            operations: product.operations, bytes: product.bytes,
            seconds: max(computing, loading) + arranging * (rates?.secondsPerNumberArranged ?? 0))
    }

    /// Attention of one layer.
    /// - Parameter behind: tokens before the first query.
    func attention(layer: Int, queries: Int, behind: Int) -> Cost {
        var pairs = self.pairs(layer: layer, queries: queries, behind: behind)
        let last = pairs.last
        if counting == .paper { pairs.seen = (pairs.seen - Double(queries) / 2) / 2 }
        let keyDim = Double(model.keyDim), bothDims = Double(model.keyDim + model.valueDim)
        let operations = 2 * (bothDims * pairs.seen + keyDim * pairs.compared) * Double(model.heads)
        // What stands for keys is kept in float32.
        let bytes = last.shown * bytesPerTokenAndLayer + last.compared * keyDim * 4 * Double(model.keyValueHeads)
        return Cost(
            operations: operations, bytes: bytes,
            seconds: measuredAttention(operations: operations, shown: last.shown + last.compared * keyDim / bothDims, queries: queries)
                ?? max(operations / machine.operationsPerSecond, bytes / machine.bytesPerSecond))
    }

    /// Pairs of a query of one head and a key that it sees, and those that are compared so that it can choose, both of which grow evenly from
    /// the first query to the last; and the last one's budget.
    func pairs(layer: Int, queries: Int, behind: Int) -> (seen: Double, compared: Double, last: TokenBudget) {
        let phase: BudgetPhase = queries > 1 ? .reading : .writing
        let first = policy.budget(tokens: behind + 1, layer: layer, phase: phase)
        let last = policy.budget(tokens: behind + queries, layer: layer, phase: phase)
        return (Double(queries) * (first.shown + last.shown) / 2, Double(queries) * (first.compared + last.compared) / 2, last)
    }

    /// By the rates of the kernels; nil where they were not measured.
    private func measuredAttention(operations: Double, shown: Double, queries: Int) -> Double? {
        let key = MachineRates.attentionKey(cache, dim: model.keyDim)
        guard let rates = machine.rates?.attention[key] else { return nil }
        let numbers = Double(model.keyValueHeads * (model.keyDim + model.valueDim))
        guard queries == 1 else {
            let writing = Double(queries) * numbers * rates.secondsPerNumberWritten
            return writing + operations / rates.operations + Double(queries * model.heads) * rates.secondsPerQuery
        }
        let group = Double(model.heads / model.keyValueHeads)
        let perNumber = rates.secondsPerNumber + group * rates.secondsPerNumberAndQuery
        return rates.secondsPerRun + shown * numbers * perNumber * idleness(shown: shown)
    }

    /// How much longer the threads take than if all had as much to do: a single query's keys are shared out by heads and by runs of pages.
    private func idleness(shown: Double) -> Double {
        let run = Double(Compute.pagesPerAttentionRun * CacheSpec.pageTokens), threads = Double(machine.rates?.threads ?? 1)
        let pieces = Double(model.keyValueHeads) * max(1, (shown / run).rounded(.up))
        return (pieces / threads).rounded(.up) * threads / pieces
    }

    // MARK: Memory

    /// What one layer keeps of one token.
    var bytesPerTokenAndLayer: Double { model.cacheBytesPerToken(cache) }

    /// What all layers keep of one token that a method does not drop.
    package var bytesPerToken: Double { bytesPerTokenAndLayer * Double(model.layers) }

    /// Keys and values of a text that has been read.
    package func cacheBytes(tokens: Int) -> Double { keptBytes(tokens: tokens, and: 0) }

    /// The most that they take while it is being read: of a chunk everything is kept until it has been seen to.
    package func largestCacheBytes(tokens: Int) -> Double {
        let last = max(0, tokens - 1) / chunkTokens * chunkTokens
        return max(
            keptBytes(tokens: last, and: tokens - last),
            last > 0 ? keptBytes(tokens: last - chunkTokens, and: chunkTokens) : 0)
    }

    private func keptBytes(tokens: Int, and more: Int) -> Double {
        (0..<model.layers).reduce(0) { total, layer in
            let kept = policy.budget(tokens: tokens, layer: layer, phase: .writing).kept
            return total + min(kept + Double(more), Double(tokens + more)) * bytesPerTokenAndLayer
        }
    }

    /// Activations of the largest run of tokens, and again, in two bytes a number, those that are arranged for a product.
    package func activationBytes(tokens: Int) -> Double {
        let step = model.step(tokens: max(1, min(tokens, chunkTokens)), wanted: 1)
        return Double(step.activationBytes + 2 * step.largestArrangement)
    }
}
