import Training

/// Long Range Arena's Pathfinder, generated: whether two dots lie on one line, in pictures of 32 x 32 pixels.
package struct PathfinderTask: PathfinderPictureTask {
    package static let name = "pathfinder"
    package static let summary = "Whether two dots lie on one dashed line, in pictures of 1,024 pixels; 50% is what guessing brings."

    package let pictures: PathfinderPictures

    package init(_ options: ArenaOptions) { pictures = PathfinderPictures(.small(dashes: options.dashes), options) }
}

/// The same in pictures of 128 x 128 pixels.
package struct PathXTask: PathfinderPictureTask {
    package static let name = "path-x"
    package static let summary = "Whether two dots lie on one dashed line, in pictures of 16,384 pixels."

    package let pictures: PathfinderPictures

    package init(_ options: ArenaOptions) { pictures = PathfinderPictures(.large(dashes: options.dashes), options) }
}

/// What both sizes of pictures have alike.
package protocol PathfinderPictureTask: ArenaTask {
    var pictures: PathfinderPictures { get }
}

extension PathfinderPictureTask {
    package static var publishedSizes: ArenaSizes {
        ArenaSizes(layers: 4, width: 32, heads: 4, attentionWidth: 16, feedForward: 32)
    }
    package static var pooling: ClassifierShape.Pooling { .mean }
    package static var positions: ClassifierShape.Positions { .learned }

    package var vocabulary: Int { PathfinderPictures.vocabulary }
    package var classes: Int { 2 }
    package var longest: Int { pictures.pixels }
    package var trainingCount: Int? { nil }
    package var testCount: Int { pictures.testCount }
    package func example(_ split: ArenaSplit, _ index: Int) -> ArenaExample { pictures.example(split, index) }
}

/// Pictures as texts of pixels, whose tokens are their brightness and one.
package struct PathfinderPictures: Sendable {
    static let vocabulary = 257

    private let pathfinder: Pathfinder
    private let seed: UInt64
    let testCount: Int

    init(_ style: Pathfinder.Style, _ options: ArenaOptions) {
        pathfinder = Pathfinder(style)
        seed = options.seed
        testCount = options.testExamples
    }

    var pixels: Int { pathfinder.style.side * pathfinder.style.side }

    func example(_ split: ArenaSplit, _ index: Int) -> ArenaExample {
        var random = CorpusRandom(seed: seed, split.rawValue, index)
        let picture = pathfinder.picture(&random)
        return ArenaExample([picture.pixels.map { Int32($0) + 1 }], label: picture.isConnected ? 1 : 0)
    }
}
