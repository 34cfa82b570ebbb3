import Foundation

/// The scores of several benchmarks on one subject, beside each other: `report.json` of the folder that they were run into.
package struct EvaluationOverview: Codable, Equatable, Sendable {
    /// One benchmark.
    package struct Row: Codable, Equatable, Sendable {
        package let benchmark: String
        /// Why it was not run; nil where it was.
        package var notRun: String?
        /// The file of published records that is not there, where that is why.
        package var missingFile: String?
        package var byLength: [LengthScore] = []
        /// Scores of classes of questions, such as buckets of length; nil where there are none.
        package var classes: [EvaluationReport.Group]?
        /// Texts that were cut by the benchmark's own rule and those that no length held, and replies without a word.
        package var cut: Int?
        package var skipped: Int?
        package var emptyReplies: Int?
        /// What else there is to say about the run; nil for nothing.
        package var notes: [String]?
        /// What others have published; nil where nothing is known.
        package var published: [PublishedScore]?

        /// - Returns: nil for a length that was not run.
        package func score(of length: Int) -> MeanScore? { byLength.first { $0.length == length }?.score }
    }

    package struct LengthScore: Codable, Equatable, Sendable {
        package let length: Int
        package let score: MeanScore
    }

    /// What RULER's tasks say together.
    package struct RULER: Codable, Equatable, Sendable {
        /// The mean of the tasks' means.
        package struct Average: Codable, Equatable, Sendable {
            package let length: Int
            /// How many of the thirteen tasks were run.
            package let tasks: Int
            package let score: MeanScore
            /// What others have published of all thirteen; nil where some were not run, or nothing is known.
            package var published: [PublishedScore]?
        }

        /// How many of the thirteen tasks were run.
        package let tasks: Int
        package let byLength: [Average]
        /// The longest length with an average above `RULERSuite.threshold`; nil where there is none.
        package let effectiveLength: Int?
        package let weightedAverageIncreasing: Double
        package let weightedAverageDecreasing: Double
    }

    package let subject: SubjectIdentity
    package let settings: EvaluationSettings
    package let rows: [Row]
    package let ruler: RULER?
    /// What the tasks of suites come to together; nil where no suite has such a score.
    package let averages: [SuiteAverage]?
    package let places: [PlaceScore]

    /// - Parameters:
    ///   - notRun: benchmarks that were wished and could not be run, with the reasons.
    ///   - references: scores that M4LE's are normalised by, by the names of its tasks.
    /// - Returns: nil where none was run.
    package init?(
        _ outcomes: [EvaluationOutcome], notRun: [(benchmark: String, reason: EvaluationError)], references: [String: Double] = [:]
    ) {
        guard let first = outcomes.first?.report else { return nil }
        subject = first.subject
        settings = first.settings
        let means = Dictionary(outcomes.map { ($0.report.benchmark, $0.report.byLength) }) { first, _ in first }
        rows = outcomes.map { Row($0.report, comparedWith: means) } + notRun.map { Row($0.benchmark, notRun: $0.reason) }
        places = PlaceScore.all(of: outcomes.flatMap(\.results))
        let averages = SuiteAverage.all(of: outcomes.map(\.report), lengths: first.settings.lengths, references: references)
        self.averages = averages.isEmpty ? nil : averages
        ruler = RULER(outcomes.filter { RULERSuite.tasks.contains($0.report.benchmark) }, lengths: first.settings.lengths)
    }

    /// Writes `report.json` and `report.html` into a folder, which must be there.
    package func write(into folder: String) throws { try ReportFiles.write(self, html: html, into: folder) }
}

extension EvaluationOverview.Row {
    /// - Parameter means: the scores of all benchmarks by their lengths.
    fileprivate init(_ report: EvaluationReport, comparedWith means: [String: [(length: Int, score: MeanScore)]]) {
        benchmark = report.benchmark
        byLength = report.byLength.map { EvaluationOverview.LengthScore(length: $0.length, score: $0.score) }
        let named = report.groups.filter { $0.name != nil }
        classes = named.isEmpty ? nil : named
        (cut, skipped, emptyReplies) = (report.cut, report.skipped, report.emptyReplies)
        let said = report.notes.filter { $0 != EvaluationReport.note(cut: report.cut ?? 0) } + Self.difference(report, means)
        notes = said.isEmpty ? nil : said
        published = report.published
    }

    /// What it makes that examples of a label stand together, where both orders were run.
    private static func difference(_ report: EvaluationReport, _ means: [String: [(length: Int, score: MeanScore)]]) -> [String] {
        guard let other = LongICLBench.scattered(report.benchmark), let scattered = means[other] else { return [] }
        return report.byLength.compactMap { length, score in
            scattered.first { $0.length == length }.map {
                "grouped examples make a difference of \(((score.score - $0.score.score) * 100).points) points to \(other) at \(length) tokens."
            }
        }
    }

    fileprivate init(_ benchmark: String, notRun reason: EvaluationError) {
        self.benchmark = benchmark
        notRun = reason.description
        if case .noPublishedFile(let name, _) = reason { missingFile = name }
    }
}

extension EvaluationOverview.RULER {
    fileprivate init?(_ outcomes: [EvaluationOutcome], lengths: [Int]) {
        guard outcomes.count > 1 else { return nil }
        tasks = outcomes.count
        byLength = lengths.map { length in
            let means = outcomes.compactMap { outcome in outcome.report.byLength.first { $0.length == length }?.score }
            let known = means.count == RULERSuite.tasks.count ? PublishedScore.all(of: "\(RULERSuite.name) \(length)") : []
            return Average(
                length: length, tasks: means.count, score: MeanScore(ofMeans: means), published: known.isEmpty ? nil : known)
        }
        let averages = byLength.map { (length: $0.length, average: $0.score.score) }
        effectiveLength = RULERSuite.effectiveLength(averages)
        weightedAverageIncreasing = RULERSuite.weightedAverage(averages, rising: true)
        weightedAverageDecreasing = RULERSuite.weightedAverage(averages, rising: false)
    }
}
