import Training

/// A text, or several that are judged together, and the class that they are of.
package struct ArenaExample: Sendable {
    package let texts: [[Int32]]
    package let label: Int

    package init(_ texts: [[Int32]], label: Int) {
        self.texts = texts
        self.label = label
    }
}

package enum ArenaSplit: Int, Sendable {
    case training, test
}

/// Layers and widths of an encoder.
package struct ArenaSizes: Hashable, Sendable {
    package var layers: Int
    package var width: Int
    package var heads: Int
    /// Of all heads together.
    package var attentionWidth: Int
    package var feedForward: Int

    package init(layers: Int, width: Int, heads: Int, attentionWidth: Int, feedForward: Int) {
        self.layers = layers
        self.width = width
        self.heads = heads
        self.attentionWidth = attentionWidth
        self.feedForward = feedForward
    }

    /// What two cores train in minutes.
    package static let small = ArenaSizes(layers: 2, width: 64, heads: 4, attentionWidth: 64, feedForward: 128)
}

/// One of Long Range Arena's tasks: examples by number, and what an encoder of them looks like.
/// (Tay et al., Long Range Arena: A Benchmark for Efficient Transformers, 2020.)
package protocol ArenaTask: Sendable {
    static var name: String { get }
    /// A sentence.
    static var summary: String { get }
    /// What the published baselines have.
    static var publishedSizes: ArenaSizes { get }
    static var pooling: ClassifierShape.Pooling { get }
    static var positions: ClassifierShape.Positions { get }
    static var textsPerExample: Int { get }

    /// - Throws: `EvaluationError` for files that are absent or damaged.
    init(_ options: ArenaOptions) throws

    /// Token ids are 1 and more and less than this.
    var vocabulary: Int { get }
    var classes: Int { get }
    /// Tokens of the longest text.
    var longest: Int { get }
    /// Examples for training; nil: as many as are asked for.
    var trainingCount: Int? { get }
    var testCount: Int { get }

    func example(_ split: ArenaSplit, _ index: Int) -> ArenaExample
}

extension ArenaTask {
    package static var pooling: ClassifierShape.Pooling { .first }
    package static var positions: ClassifierShape.Positions { .sines }
    package static var textsPerExample: Int { 1 }
}

/// Which examples there are to be.
package struct ArenaOptions: Hashable, Sendable {
    /// The folder of published files; nil for tasks that are generated.
    package var data: String?
    /// Tokens at which texts are cut, and which generated ones stay below; nil: as published.
    package var length: Int?
    /// Examples that tests are made of, at most.
    package var testExamples = 1_000
    package var seed: UInt64 = 0
    /// Dashes of Pathfinder's lines.
    package var dashes = 14

    package init() {}
}

package enum ArenaRegistry {
    /// A task is a file here and a line in this list.
    package static let tasks: [any ArenaTask.Type] = [
        ListOpsTask.self, ArenaText.self, ArenaRetrieval.self, ArenaImages.self, PathfinderTask.self, PathXTask.self,
    ]

    package static var names: [String] { tasks.map { $0.name } }

    package static func task(named name: String) -> (any ArenaTask.Type)? { tasks.first { $0.name == name } }
}
