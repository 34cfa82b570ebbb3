import Foundation

/// The scores of several benchmarks on one subject, beside each other: `report.json` of the folder that they were run into.
package struct EvaluationOverview: Codable, Equatable, Sendable {
    /// One benchmark.
    package struct Row: Codable, Equatable, Sendable {
        package let benchmark: String
        /// Why it was not run; nil where it was.
        package var notRun: String?
        package var byLength: [LengthScore] = []
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
        _ outcomes: [EvaluationOutcome], notRun: [(benchmark: String, reason: String)], references: [String: Double] = [:]
    ) {
        guard let first = outcomes.first?.report else { return nil }
        subject = first.subject
        settings = first.settings
        rows =
            outcomes.map { outcome in
                Row(
                    benchmark: outcome.report.benchmark,
                    byLength: outcome.report.byLength.map { LengthScore(length: $0.length, score: $0.score) },
                    published: outcome.report.published)
            } + notRun.map { Row(benchmark: $0.benchmark, notRun: $0.reason) }
        places = PlaceScore.all(of: outcomes.flatMap(\.results))
        let averages = SuiteAverage.all(of: outcomes.map(\.report), lengths: first.settings.lengths, references: references)
        self.averages = averages.isEmpty ? nil : averages
        ruler = RULER(outcomes.filter { RULERSuite.tasks.contains($0.report.benchmark) }, lengths: first.settings.lengths)
    }

    /// Writes `report.json` and `report.html` into a folder, which must be there.
    package func write(into folder: String) throws { try ReportFiles.write(self, html: html, into: folder) }
}

extension EvaluationOverview.RULER {
    fileprivate init?(_ outcomes: [EvaluationOutcome], lengths: [Int]) {
        guard outcomes.count > 1 else { return nil }
        tasks = outcomes.count
        byLength = lengths.map { length in
            let means = outcomes.compactMap { outcome in outcome.report.byLength.first { $0.length == length }?.score }
            return Average(length: length, tasks: means.count, score: MeanScore(ofMeans: means))
        }
        let averages = byLength.map { (length: $0.length, average: $0.score.score) }
        effectiveLength = RULERSuite.effectiveLength(averages)
        weightedAverageIncreasing = RULERSuite.weightedAverage(averages, rising: true)
        weightedAverageDecreasing = RULERSuite.weightedAverage(averages, rising: false)
    }
}
