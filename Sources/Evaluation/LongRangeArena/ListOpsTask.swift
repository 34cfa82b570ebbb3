import Training

/// Long Range Arena's ListOps, generated: the value of nested operations on digits, which is one of ten classes.
package struct ListOpsTask: ArenaTask {
    package static let name = "listops"
    package static let summary = "The value of nested operations on lists of digits; 17 to 18% is what guessing brings."
    package static let publishedSizes = ArenaSizes(layers: 4, width: 512, heads: 8, attentionWidth: 512, feedForward: 1_024)

    package let vocabulary = ListOps.pieces.count + 1
    package let classes = 10
    package let longest: Int
    package let trainingCount: Int? = nil
    package var testCount: Int { tests.count }

    private let shape: ListOps.Shape
    private let seed: UInt64
    private let tests: [[Int32]]
    private let known: Set<[Int32]>

    /// Trees are a quarter as long as the longest at least, as the published ones are.
    package init(_ options: ArenaOptions) {
        longest = options.length ?? 2_000
        shape = ListOps.Shape(shortest: longest / 4, longest: longest)
        seed = options.seed
        var tests: [[Int32]] = [], known: Set<[Int32]> = [], random = CorpusRandom(seed: seed, ArenaSplit.test.rawValue)
        while tests.count < options.testExamples {
            let tokens = ListOps.tree(shape, &random).tokens
            if known.insert(tokens).inserted { tests.append(tokens) }
        }
        (self.tests, self.known) = (tests, known)
    }

    package func example(_ split: ArenaSplit, _ index: Int) -> ArenaExample {
        let tokens: [Int32]
        switch split {
        case .test: tokens = tests[index]
        case .training:
            var random = CorpusRandom(seed: seed, split.rawValue, index), drawn = ListOps.tree(shape, &random).tokens
            while known.contains(drawn) { drawn = ListOps.tree(shape, &random).tokens }
            tokens = drawn
        }
        return ArenaExample([tokens], label: ListOps.value(of: tokens) ?? 0)
    }
}
