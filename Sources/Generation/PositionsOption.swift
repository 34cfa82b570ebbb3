/// A position scheme by name and options, as on the command line: "model", "yarn:4", "linear:2", "yarn:4+log".
public struct PositionsOption: Sendable, Hashable {
    /// The written form; a factor that is left out comes from the context length.
    public let specification: String

    public init(_ specification: String) {
        self.specification = specification
    }

    /// What the model brings.
    public static let model = PositionsOption("model")

    /// All positions divided by one factor.
    public static func linear(factor: Double) -> PositionsOption { PositionsOption("linear:\(factor)") }

    /// Slow pairs of dimensions interpolated, fast ones kept.
    public static func yarn(factor: Double) -> PositionsOption { PositionsOption("yarn:\(factor)") }
}
