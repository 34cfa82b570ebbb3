import Testing

@testable import Generation

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

@Suite("Log-probabilities") struct LogProbabilitiesTests {
    @Test("A uniform row of any height gives minus the logarithm of its length", arguments: [-80_000, -300, 0, 88, 80_000] as [Float])
    func uniform(height: Float) throws {
        let logits = [Float](repeating: height, count: 4_099)
        #expect(abs(try LogProbabilities.logProbability(of: 17, in: logits) + log(4_099)) < 1e-10)
        #expect(abs(try LogProbabilities.logSumExp(logits) - Double(height) - log(4_099)) < 1e-10)
    }

    @Test("Probabilities of a whole row sum to 1 within rounding of double precision")
    func sumsToOne() throws {
        var random = RandomSource(seed: 8)
        let logits = (0..<10_000).map { _ in random.normal() * 6 }
        let all = try LogProbabilities.mostLikely(logits.count, in: logits)
        #expect(all.count == logits.count)
        #expect(abs(all.reversed().reduce(0) { $0 + $1.probability } - 1) < 1e-11)
    }

    @Test("The most likely tokens are those of a full sort, for every order that the row may come in")
    func mostLikely() throws {
        var random = RandomSource(seed: 9)
        let scattered = (0..<777).map { _ in (random.normal() * 8).rounded() / 4 }
        for logits in [scattered, scattered.sorted(), scattered.sorted(by: >)] {
            let ranked = logits.indices.sorted { (logits[$1], $0) < (logits[$0], $1) }
            for count in [1, 2, 10, 388, 389, 776, 777, 5_000] {
                let top = try LogProbabilities.mostLikely(count, in: logits)
                #expect(top.map { Int($0.token) } == Array(ranked.prefix(count)))
            }
        }
    }

    @Test("A report holds the token's own probability and the most likely ones, whatever was chosen")
    func report() throws {
        let logits: [Float] = [0, 2, -1, 2, 1]
        let report = try logits.withUnsafeBufferPointer { row in try LogProbabilities.report(on: 2, alternatives: 2, in: row) }
        #expect(report.chosen.token == 2)
        #expect(report.chosen.logProbability == (try LogProbabilities.logProbability(of: 2, in: logits)))
        #expect(report.alternatives.map(\.token) == [1, 3])
    }

    @Test("A token that cannot come has minus infinity, and is left out of the most likely")
    func impossible() throws {
        let logits = [0, -Float.infinity, 0]
        #expect(try LogProbabilities.logProbability(of: 1, in: logits) == -.infinity)
        #expect(try LogProbabilities.mostLikely(3, in: logits).map(\.token) == [0, 2])
        #expect(try LogProbabilities.mostLikely(0, in: logits).isEmpty)
    }

    @Test("A row with NaN is not measured, and neither is a token outside it")
    func refused() {
        #expect(throws: SamplingError.notANumber(token: 1)) { try LogProbabilities.logSumExp([0, .nan, 1]) }
        #expect(throws: SamplingError.noUsableLogit(vocabularyCount: 1, notNumbers: 0)) {
            try LogProbabilities.mostLikely(1, in: [-.infinity])
        }
        for token in [-1, 1] as [Int32] {
            #expect(throws: SamplingError.unknownToken(token: Int(token), vocabularyCount: 1)) {
                try LogProbabilities.logProbability(of: token, in: [0])
            }
        }
    }
}
