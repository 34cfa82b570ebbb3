import Training

/// A task whose examples are all read from its authors' files when it begins.
package protocol ArenaFileTask: ArenaTask {
    var examples: ArenaExamples { get }
}

extension ArenaFileTask {
    package var trainingCount: Int? { examples.training.count }
    package var testCount: Int { examples.tests.count }

    package func example(_ split: ArenaSplit, _ index: Int) -> ArenaExample {
        switch split {
        case .training: examples.training[index]
        case .test: examples.tests[index]
        }
    }
}

/// What was read.
package struct ArenaExamples: Sendable {
    let training: [ArenaExample]
    let tests: [ArenaExample]

    /// - Parameter tests: all that there are, of which as many are taken as are asked for, always the same for a seed.
    init(training: [ArenaExample], tests: [ArenaExample], _ options: ArenaOptions) {
        self.training = training
        self.tests = Self.some(of: tests, options)
    }

    static func some(of tests: [ArenaExample], _ options: ArenaOptions) -> [ArenaExample] {
        var random = CorpusRandom(seed: options.seed, ArenaSplit.test.rawValue)
        return random.order(of: tests.count).prefix(options.testExamples).map { tests[Int($0)] }
    }
}
