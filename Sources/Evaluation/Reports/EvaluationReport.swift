import Foundation
import ModelFiles

/// The scores of one run: `report.json`. It depends on the answers alone, not on when or in how many runs they were given.
package struct EvaluationReport: Codable, Equatable, Sendable {
    /// Scores that have something in common.
    package struct Group: Codable, Equatable, Sendable {
        package let length: Int
        /// Which tenth of the text the answer stands in, counted from 0; nil for all of a length.
        package var depth: Int?
        /// A class of questions.
        package var name: String?
        package let score: MeanScore
    }

    package let benchmark: String
    package let subject: SubjectIdentity
    package let metric: Metric
    package let settings: EvaluationSettings
    /// The most tokens of a reply.
    package let replyTokens: Int
    /// What texts were made of.
    package let haystack: [EvaluationSource]
    package let score: MeanScore
    /// Replies in which the model said nothing.
    package let emptyReplies: Int
    /// Questions that got no reply, and why the last of them did not.
    package let unanswered: Int
    package let lastFailure: String?
    /// Texts that were cut by their benchmark's rule, and those that no length held; nil in what earlier versions wrote.
    package let cut: Int?
    package let skipped: Int?
    /// Who judged, and the records that got no verdict; nil where nobody did.
    package let judge: String?
    package let unjudged: Int?
    /// Further figures of all replies together.
    package let figures: [String: Double]?
    /// What others have published; nil where nothing is known.
    package let published: [PublishedScore]?
    /// What of the wished was not run, and why.
    package let notes: [String]
    package let groups: [Group]
    /// The scores by why questions are hard.
    package let places: [PlaceScore]

    /// Bands of depth in a heat map.
    package static let depthBands = 10

    init(of run: EvaluationRun, identity: SubjectIdentity, results: [EvaluationResult], counts: RunCounts, notes: [String] = []) {
        let judging = run.hasVerdicts ? run.benchmark.judging : nil
        let metric = judging?.metric ?? run.benchmark.metric, figures = metric.figures(results.map(\.worth))
        self.metric = metric
        (cut, skipped) = (counts.cut, counts.skipped)
        judge = judging?.source == .judge ? run.judge?.name : nil
        unjudged = judging == nil ? nil : counts.unjudged
        self.figures = figures.isEmpty ? nil : figures
        benchmark = run.benchmark.name
        let published = PublishedScore.all(of: run.benchmark.name)
        self.published = published.isEmpty ? nil : published
        subject = identity
        settings = run.settings
        replyTokens = run.benchmark.replyTokens
        haystack = run.material.haystack.sources
        score = MeanScore(results.map(\.worth), by: metric)
        emptyReplies = results.count(where: \.isEmpty)
        (unanswered, lastFailure) = (counts.unanswered, counts.lastFailure)
        places = PlaceScore.all(of: results)
        self.notes = notes
        groups = run.settings.lengths.flatMap { length -> [Group] in
            let ofLength = results.filter { $0.length == length }
            guard !ofLength.isEmpty else { return [] }
            func group(depth: Int? = nil, name: String? = nil, _ results: [EvaluationResult]) -> Group {
                Group(length: length, depth: depth, name: name, score: MeanScore(results.map(\.worth), by: metric))
            }
            let names = Set(ofLength.flatMap(\.classes)).sorted(), bands = Set(ofLength.compactMap(\.band)).sorted()
            return [group(ofLength)] + names.map { name in group(name: name, ofLength.filter { $0.classes.contains(name) }) }
                + bands.map { band in group(depth: band, ofLength.filter { $0.band == band }) }
        }
    }

    /// The scores of whole lengths.
    package var byLength: [(length: Int, score: MeanScore)] {
        groups.filter { $0.depth == nil && $0.name == nil }.map { ($0.length, $0.score) }
    }

    /// What is said of texts that were cut.
    static func note(cut: Int) -> String { "\(cut) texts were cut by the benchmark's own rule." }

    func write(into folder: String) throws {
        try ReportFiles.write(self, html: html, into: folder)
        if let map = HeatMap(self) { try ReportFiles.write(map.file, to: folder + "/heat-map.svg") }
    }
}

/// The files of a report.
package enum ReportFiles {
    /// Writes `report.json` and `report.html`, each whole or not at all.
    package static func write(_ report: some Encodable, html: String, into folder: String) throws {
        try write(String(decoding: StateCoding.encoder.encode(report), as: UTF8.self) + "\n", to: folder + "/report.json")
        try write(html, to: folder + "/report.html")
    }

    /// Writes one file, whole or not at all.
    package static func write(_ text: String, to path: String) throws {
        try AtomicFile.write(Array(text.utf8), to: path)
    }
}

extension EvaluationResult {
    /// The band of depths that the answer stands in.
    fileprivate var band: Int? {
        depth.map { min(EvaluationReport.depthBands - 1, Int($0 * Double(EvaluationReport.depthBands))) }
    }
}
