/// One layer of a model: attention and a feed-forward network, and the norms around them.
package struct DecoderBlock: Sendable {
    package enum Wiring: Sendable {
        /// The feed-forward network reads what attention left.
        case sequential
        /// Both read the same states, the feed-forward network through its own norm if it has one, else through that of attention. Such
        /// layers have no norms over what both add up to.
        case parallel
    }

    package var wiring = Wiring.sequential
    package var attentionNorm: Norm?
    package var attention: AttentionLayer
    /// Normalises what attention adds.
    package var attentionOutputNorm: Norm?
    /// Normalises the residual stream once attention has been added to it: encoders of BERT's kind do nothing before it.
    package var attentionPostNorm: Norm?
    package var feedForwardNorm: Norm?
    package var feedForward: FeedForward
    /// Normalises what the feed-forward network adds.
    package var feedForwardOutputNorm: Norm?
    /// Normalises the residual stream once the feed-forward network has been added to it.
    package var feedForwardPostNorm: Norm?
    /// What both add is multiplied by it.
    package var residualScale: Float = 1
}

extension DecoderBlock {
    /// Runs the layer on the residual stream `x`, `[tokens, width]`.
    /// - Parameter isLast: whether only the wanted rows count from here on.
    func run<Operations: DecoderOperations>(
        _ x: inout Operations.Activations, layer: Int, isLast: Bool, _ operations: inout Operations
    ) throws {
        var input = try operations.norm(x, attentionNorm)
        var attended = try operations.attention(input, attention, layer: layer)
        if isLast {
            attended = try operations.keepWantedRows(attended)
            x = try operations.keepWantedRows(x)
            if wiring == .parallel { input = try operations.keepWantedRows(input) }
        }
        let attentionBranch = try operations.norm(operations.project(attended, attention.output), attentionOutputNorm)
        switch wiring {
        case .sequential:
            try add(attentionBranch, to: &x, &operations)
            x = try operations.norm(x, attentionPostNorm)
            try add(feed(operations.norm(x, feedForwardNorm), &operations), to: &x, &operations)
            x = try operations.norm(x, feedForwardPostNorm)
        case .parallel:
            let own = try feedForwardNorm.map { try operations.norm(x, $0) }
            let feedBranch = try feed(own ?? input, &operations)
            try add(attentionBranch, to: &x, &operations)
            try add(feedBranch, to: &x, &operations)
        }
    }

    private func feed<Operations: DecoderOperations>(
        _ x: Operations.Activations, _ operations: inout Operations
    ) throws -> Operations.Activations {
        let branch: Operations.Activations
        switch feedForward {
        case .gated(let gate, let up, let down, let activation):
            let projected = try operations.project(x, [gate, up])
            branch = try operations.project(operations.gate(projected[0], projected[1], activation), down)
        case .plain(let up, let down, let activation):
            branch = try operations.project(operations.project(x, up, activation: activation), down)
        case .experts(let experts):
            branch = try operations.experts(x, experts)
        }
        return try operations.norm(branch, feedForwardOutputNorm)
    }

    private func add<Operations: DecoderOperations>(
        _ branch: Operations.Activations, to x: inout Operations.Activations, _ operations: inout Operations
    ) throws {
        var branch = branch
        if residualScale != 1 { try operations.scale(&branch, by: residualScale) }
        try operations.add(branch, to: &x)
    }
}
