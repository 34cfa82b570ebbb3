import ApusTesting
import Foundation
import Testing

@testable import Evaluation

@Suite("Scores held to the published rules, written down once more in Python")
struct GoldenTests {
    private struct Goldens: Decodable {
        struct Scored: Decodable {
            let metric: Metric
            let reply: String
            let references: [String]
            let score: Double
        }

        struct Frequencies: Decodable {
            let words: Int
            let times: [Int]
        }

        struct Suite: Decodable {
            let lengths: [Int]
            let averages: [Double]
            let effective_length: Int?
            let increasing: Double
            let decreasing: Double
        }

        let metrics: [Scored]
        let frequencies: [Frequencies]
        let suites: [Suite]
    }

    private let goldens: Goldens

    init() throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: ExternalData.fixture("evaluation/goldens.json")))
        goldens = try JSONDecoder().decode(Goldens.self, from: data)
    }

    @Test("Every reply is worth what the rules say, also an odd one")
    func metrics() {
        #expect(goldens.metrics.count > 90)
        for golden in goldens.metrics {
            let score = golden.metric.score(golden.reply, references: golden.references)
            #expect(abs(score - golden.score) < 1e-12, "\(golden.metric): \(golden.reply.debugDescription) \(golden.references)")
        }
    }

    @Test("Words come as often as Zipf's law says")
    func frequencies() {
        for golden in goldens.frequencies {
            #expect((1...golden.times.count).map { RULERFrequentWords.times(rank: $0, among: golden.words) } == golden.times)
        }
    }

    @Test("Averages by length give the effective length and the weighted averages")
    func suites() {
        for golden in goldens.suites {
            let averages = zip(golden.lengths, golden.averages).map { (length: $0, average: $1) }
            #expect(RULERSuite.effectiveLength(averages) == golden.effective_length)
            #expect(abs(RULERSuite.weightedAverage(averages, rising: true) - golden.increasing) < 1e-12)
            #expect(abs(RULERSuite.weightedAverage(averages, rising: false) - golden.decreasing) < 1e-12)
        }
        #expect(RULERSuite.effectiveLength([]) == nil && RULERSuite.weightedAverage([], rising: true) == 0)
    }

    @Test("Nothing to hold a reply against is worth nothing", arguments: [Metric.stringMatchAll, .stringMatchPart, .keyWords, .lastNumber])
    func noReferences(metric: Metric) { #expect(metric.score("anything 7", references: []) == 0) }

    @Test("The scores that the published scorer gave are ours", .enabled(if: ExternalData.exists(Self.oracles), "needs the scores"))
    func publishedScores() throws {
        let lines = try String(contentsOfFile: ExternalData.path(Self.oracles), encoding: .utf8).split(separator: "\n")
        var count = 0
        for line in lines where line.contains("ruler.") {
            let record = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let name = try #require(record["metric"] as? String).replacing("ruler.", with: "")
            let metric = try #require(Metric(rawValue: name)), references = try #require(record["reference"] as? [String])
            let score = metric.score(try #require(record["prediction"] as? String), references: references)
            #expect(abs(score - (record["score"] as? Double ?? -1)) < 1e-6)
            count += 1
        }
        #expect(count == 7)
    }

    private static let oracles = "benchmarks/metric-oracles/metric_oracles.jsonl"

    @Test(
        "A published file of replies about 600 lines scores the published 0.8", .enabled(if: ExternalData.exists(Self.replies), "needs it"))
    func publishedReplies() throws {
        let lines = try String(contentsOfFile: ExternalData.path(Self.replies), encoding: .utf8)
        let replies = StringOracle.matches(#"(?m)^Label: (\d+), Predict: (.*), Parsed: \S+, prompt length: \d+"#, in: lines)
        let scores = replies.map { Metric.lastNumber.score($0[2], references: [$0[1]]) }
        #expect(scores.count == 50 && abs(scores.reduce(0, +) / Double(scores.count) - 0.8) < 1e-9)
    }

    private static let replies = "benchmarks/needle-tests/longchat_lines_600_response.longchat-13b-16k.txt"
}
