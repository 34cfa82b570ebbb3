/// What an index was made with, and goes on with.
package struct IndexSettings: Codable, Hashable, Sendable {
    /// Where the model lies; nil for the built-in one.
    package var model: String?
    /// How states become a vector where the model's files are silent.
    package var pooling: String
    /// What stands before passages, and before what is searched.
    package var prefix: String
    package var queryPrefix: String
    /// The most tokens of a block.
    package var blockTokens: Int
    package var aggregation: BlockAggregation
    /// Pieces of code in a block and from one block to the next; empty for as many as fit.
    package var window: [Int]
    /// The vector of a text that does not change, to know the model again.
    package var probe: [Float]

    /// What the probe is made of.
    package static let probeText = "The quick brown fox jumps over the lazy dog."

    package init(
        model: String?, pooling: String, prefix: String, queryPrefix: String, blockTokens: Int, aggregation: BlockAggregation,
        window: [Int], probe: [Float]
    ) {
        self.model = model
        self.pooling = pooling
        self.prefix = prefix
        self.queryPrefix = queryPrefix
        self.blockTokens = blockTokens
        self.aggregation = aggregation
        self.window = window
        self.probe = probe
    }

    package var dimensions: Int { probe.count }

    /// Whether a model that makes this vector of the probe is the one.
    package func isProbe(_ vector: [Float]) -> Bool { ModelProbe(vector: probe).isMade(by: vector) }
}
