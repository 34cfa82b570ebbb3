import Generation

/// A way to read long texts that may turn out to be the best for a model: a method, and positions for it.
package struct Candidate: Codable, Hashable, Sendable {
    /// As on the command line, with its options: "lm-infinite:64:512:32".
    package let method: String
    /// "model", or a scheme: "yarn:64".
    package var positions = Candidate.ownPositions
    /// How long a context the model is told to serve, where that is more than it was trained for.
    package var contextLength: Int?
    /// Whether it is measured at every length, for others to be held against.
    package var isBaseline = false
    /// What it can be used for.
    package var scope = MethodService.Scope.everything

    static let ownPositions = "model"

    /// "full, yarn:64".
    package var name: String { positions == Self.ownPositions ? method : "\(method), \(positions)" }

    /// - Parameter common: what all candidates share: the cache type, the frame.
    package func options(_ common: ReadingOptions) -> ReadingOptions {
        var options = common
        options.method = AttentionMethod(method)
        options.positions = PositionsOption(positions)
        options.contextLength = contextLength
        return options
    }
}

/// All that is in the running.
package struct Field: Sendable {
    /// Candidates that reach as far as they are asked to, baselines first.
    package var candidates: [Candidate] = []
    /// Methods that show keys at their true distances: they go as far as positions are stretched, so they are tried with the scheme that turns
    /// out to be the best.
    package var riders: [Candidate] = []
    /// Methods and schemes that cannot serve the model, and why.
    package var refused: [(candidate: Candidate, reason: String)] = []
}
