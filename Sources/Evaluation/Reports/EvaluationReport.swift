import Foundation
import Generation
import ModelFiles

/// The scores of one run: `report.json`. It depends on the answers alone, not on when or in how many runs they were given.
package struct EvaluationReport: Codable, Equatable, Sendable {
    /// The mean of some scores.
    package struct Score: Codable, Equatable, Sendable {
        package let records: Int
        package let score: Double
        /// Where the true mean lies with a probability of 95%: lowest and highest.
        package let interval: [Double]

        fileprivate init(_ scores: [Double], isYesOrNo: Bool) {
            records = scores.count
            score = scores.isEmpty ? 0 : scores.reduce(0, +) / Double(scores.count)
            let interval = ConfidenceInterval(of: scores, isYesOrNo: isYesOrNo)
            self.interval = [interval.low, interval.high]
        }
    }

    /// Scores that have something in common.
    package struct Group: Codable, Equatable, Sendable {
        package let length: Int
        /// Which tenth of the text the answer stands in, counted from 0; nil for all of a length.
        package var depth: Int?
        /// A class of questions.
        package var name: String?
        package let score: Score
    }

    package let benchmark: String
    package let model: String
    package let method: String
    package let positions: String
    package let cacheType: String
    package let metric: Metric
    package let seed: UInt64
    package let records: Int
    package let score: Double
    package let interval: [Double]
    package let groups: [Group]

    /// Bands of depth in a heat map.
    package static let depthBands = 10

    init(benchmark: any Benchmark, identity: MeasuredIdentity, settings: EvaluationSettings, results: [EvaluationResult]) {
        self.benchmark = benchmark.name
        model = identity.model
        method = identity.method
        positions = identity.positions
        cacheType = identity.cacheType
        metric = benchmark.metric
        seed = settings.seed
        let isYesOrNo = benchmark.metric.isYesOrNo, all = Score(results.map(\.score), isYesOrNo: isYesOrNo)
        (records, score, interval) = (all.records, all.score, all.interval)
        groups = settings.lengths.flatMap { length in
            let ofLength = results.filter { $0.length == length }
            func group(depth: Int? = nil, name: String? = nil, _ results: [EvaluationResult]) -> Group {
                Group(length: length, depth: depth, name: name, score: Score(results.map(\.score), isYesOrNo: isYesOrNo))
            }
            let names = Set(ofLength.compactMap(\.group)).sorted(), bands = Set(ofLength.compactMap(\.band)).sorted()
            return [group(ofLength)] + names.map { name in group(name: name, ofLength.filter { $0.group == name }) }
                + bands.map { band in group(depth: band, ofLength.filter { $0.band == band }) }
        }
    }

    /// Writes `report.json` and `report.html`, each whole or not at all.
    func write(into folder: String) throws {
        for (name, bytes) in [
            ("report.json", try Array(StateCoding.encoder.encode(self)) + [UInt8(ascii: "\n")]), ("report.html", Array(html.utf8)),
        ] {
            let file = try AtomicFile(path: folder + "/" + name)
            try file.write(bytes)
            try file.commit()
        }
    }
}

extension EvaluationResult {
    /// The band of depths that the answer stands in.
    fileprivate var band: Int? {
        depth.map { min(EvaluationReport.depthBands - 1, Int($0 * Double(EvaluationReport.depthBands))) }
    }
}
