import Positions

/// All that happens to a score besides the dot product of query and key.
package struct ScoreRule: Hashable, Sendable {
    /// Factor of the dot product; `1 / sqrt(keyDim)` in most models.
    package var scale: Float
    /// Scores become `cap · tanh(score / cap)`, before the bias.
    package var softCap: Float?
    /// ALiBi: a slope per query head; `slope · |distance shown|` is taken off. (Press et al., Train Short, Test Long, 2021.)
    package var slopes: [Float]?
    /// What is added at each distance shown, the last for all beyond it and the first for all below: a list per query head, all of one length.
    /// No model has slopes besides. (T5's relative positions: Raffel et al., 2020.)
    package var distanceBiases: [[Float]]?
    /// The place of distance 0 in these lists; before it are keys behind the query.
    package var distanceBiasOrigin = 0
    /// A logit per query head that takes part in the softmax without a value.
    package var sinkLogits: [Float]?
    /// What dot products are multiplied by besides, according to the query's position.
    package var queryScale: QueryScale?

    package init(scale: Float, softCap: Float? = nil, slopes: [Float]? = nil, sinkLogits: [Float]? = nil) {
        self.scale = scale
        self.softCap = softCap
        self.slopes = slopes
        self.sinkLogits = sinkLogits
    }
}
