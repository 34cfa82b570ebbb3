import Diagnostics
import Evaluation
import Generation
import Training

/// What a run came to: `report.json`. It depends on what was measured alone.
package struct FitReport: Codable, Equatable, Sendable {
    /// The model that was fitted.
    package struct Subject: Codable, Equatable, Sendable {
        package let name: String
        package let fingerprint: Fingerprint
        /// What it was trained for, in tokens.
        package let window: Int
    }

    package let model: Subject
    package let settings: FitSettings
    package let texts: [EvaluationSource]
    /// The day on which the run was begun.
    package let date: String
    package let rounds: [Round]
    /// What the model finds within its window; nil where all rounds are within it.
    package let windowRecall: MeanScore?
    /// That all trials took.
    package let seconds: Double
    /// Those that came to the end first, the best of them at the top; then those that left, the last ones first.
    package let entries: [Entry]
    package let recommendation: Recommendation?

    init(
        _ course: Tournament.Course, tournament: Tournament, identity: MeasuredIdentity, window: Int, settings: FitSettings,
        texts: [CorpusText], beginning: FitRun.Beginning
    ) {
        model = Subject(name: identity.model, fingerprint: identity.fingerprint, window: window)
        self.settings = settings
        self.texts = texts.map { EvaluationSource(name: $0.name, bytes: $0.bytes) }
        date = beginning.date
        rounds = tournament.rounds
        windowRecall = course.windowRecall
        seconds = course.spent
        entries = course.entries.enumerated().sorted { one, other in
            Self.place(one.element, one.offset) < Self.place(other.element, other.offset)
        }.map(\.element)
        recommendation = Recommendation(
            among: entries, length: settings.length, windowRecall: course.windowRecall, memoryLimit: settings.memoryLimit)
    }

    /// What entries are sorted by: how far they came, how much they found, and how they were told.
    private static func place(_ entry: Entry, _ number: Int) -> (Int, Double, Int) {
        let length = entry.final != nil ? Int.max : entry.measurements.last?.length ?? 0
        return (-length, -(entry.measurements.last?.recall.score ?? 0), number)
    }

    /// The ones that were measured at the wanted length, the best first.
    package var finalists: [Entry] { entries.filter { $0.final != nil } }

    /// The cheapest of the trials that did not fit the budget, in seconds.
    package var cheapestMissing: Double? {
        entries.filter { $0.standing.kind == .notTried || $0.standing.kind == .stopped }.compactMap(\.standing.estimate).min()
    }

    package func entry(_ candidate: Candidate?) -> Entry? { entries.first { $0.candidate == candidate } }

    /// Writes `report.json`, `report.html` and `trade-off.svg` into a folder, each whole or not at all.
    package func write(into folder: String) throws {
        let chart = TradeOffChart(self)
        try ReportFiles.write(self, html: html(chart), into: folder)
        if let chart { try ReportFiles.write(chart.svg, to: folder + "/trade-off.svg") }
    }
}
