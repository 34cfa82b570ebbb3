import Testing

@testable import Evaluation

@Suite("Scores")
struct ScoringTests {
    @Test("The first number counts, and only that")
    func firstNumber() {
        #expect(Metric.firstNumber.score(" The pass key is 4711, not 12.", references: ["4711"]) == 1)
        #expect(Metric.firstNumber.score("12 and 4711", references: ["4711"]) == 0)
        #expect(Metric.firstNumber.score("47110", references: ["4711"]) == 0)
        #expect(Metric.firstNumber.score("none", references: ["4711"]) == 0)
    }

    @Test("Key words count by their share, in whatever letters")
    func keyWords() {
        #expect(Metric.keyWords.score("Eat a SANDWICH in dolores park.", references: ["sandwich", "Dolores Park", "sunny day"]) == 2.0 / 3)
    }

    @Test("An exact answer may differ in case, in white space around it and in its full stop")
    func exact() {
        #expect(Metric.exactAnswer.score(" the text does not say\n", references: ["The text does not say."]) == 1)
        #expect(Metric.exactAnswer.score("Anna B.", references: ["Anna"]) == 0)
    }

    @Test("Wilson's interval is that of tables, also at the ends")
    func wilson() {
        for (right, count, low, high) in [(8, 10, 0.4902, 0.9433), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (50, 100, 0.4038, 0.5962)] {
            let scores = (0..<count).map { $0 < right ? 1.0 : 0 }
            let interval = ConfidenceInterval(of: scores)
            #expect(abs(interval.low - low) < 1e-4 && abs(interval.high - high) < 1e-4, "\(right) of \(count)")
        }
    }

    @Test("A bootstrapped interval holds the mean, is about as wide as the normal one, and is always the same")
    func bootstrap() {
        let scores = (0..<60).map { Double($0 % 4) / 3 }, interval = ConfidenceInterval(of: scores)
        #expect(abs(interval.low - (0.5 - 1.96 * 0.3727 / 60.0.squareRoot())) < 0.015)
        #expect(abs(interval.high - (0.5 + 1.96 * 0.3727 / 60.0.squareRoot())) < 0.015)
        #expect(interval == ConfidenceInterval(of: scores))
        #expect(ConfidenceInterval(of: []).low == 0 && ConfidenceInterval(of: []).high == 1)
    }

    @Test("The interval of a mean of means comes from theirs: that of one is its own, and many are surer than one")
    func means() {
        let right = MeanScore(Array(repeating: 1, count: 10)), half = MeanScore((0..<10).map { Double($0 % 2) })
        #expect(ConfidenceInterval(ofMeans: [half]) == ConfidenceInterval(of: (0..<10).map { Double($0 % 2) }))
        let both = ConfidenceInterval(ofMeans: [right, half])
        // By hand: 0.75 less and more the roots of the sums of squares, halved; Wilson's ends are 0.7225 and 1, 0.2366 and 0.7634.
        #expect(abs(both.low - 0.5589) < 1e-3 && abs(both.high - 0.8817) < 1e-3)
        let many = ConfidenceInterval(ofMeans: Array(repeating: half, count: 16))
        #expect(abs((many.high - many.low) - 0.5268 / 4) < 1e-3)
        #expect(ConfidenceInterval(ofMeans: []) == ConfidenceInterval(of: []))
    }
}
