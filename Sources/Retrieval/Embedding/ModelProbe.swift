/// Knows a model again by the vector that it makes of a text which does not change.
struct ModelProbe: Hashable, Sendable {
    /// The vector, at a length of 1.
    let vector: [Float]

    /// As near as kernels of different machines come to each other, and farther than any two models.
    private static let least = 0.999

    /// Whether the model that makes this vector of the text is the one.
    func isMade(by other: [Float]) -> Bool { other.count == vector.count && other.cosine(to: vector) >= Self.least }
}
