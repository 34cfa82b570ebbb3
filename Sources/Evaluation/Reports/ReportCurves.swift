import Foundation
import ModelFiles

/// Reports of several runs as one picture: a line for each, named by how the text was read.
///
/// Scores are drawn over the texts' lengths, perplexities over the positions of tokens; the two do not go together.
package struct ReportCurves {
    private let chart: CurveChart

    /// - Parameter folders: in which `apus eval` wrote its reports, a benchmark's own folder each.
    /// - Throws: `EvaluationError` for a folder without a report, for reports of both kinds, and where there are fewer than two points
    ///   to draw a line through.
    package init(folders: [String]) throws {
        let reports = try folders.map { try Report(folder: $0) }
        guard Set(reports.map(\.scale)).count == 1, let scale = reports.first?.scale else { throw EvaluationError.mixedReports }
        let showsModel = Set(reports.map(\.subject.model)).count > 1
        let lines = reports.map { report in
            CurveChart.Line(title: report.subject.way(showsModel: showsModel), points: report.points)
        }
        let title =
            switch scale {
            case .score: "Score in percent by tokens of the text, with 95% intervals"
            case .perplexity: "Perplexity by position, with 95% intervals"
            }
        guard let chart = CurveChart(title, scale, lines) else { throw EvaluationError.noCurve }
        self.chart = chart
    }

    /// The picture as a file of its own.
    package var file: String { chart.file }
}

/// One run's line.
private struct Report {
    let subject: SubjectIdentity
    let scale: CurveChart.Scale
    let points: [CurveChart.Point]

    init(folder: String) throws {
        guard let bytes = FileManager.default.contents(atPath: folder + "/report.json") else { throw EvaluationError.noReport(folder) }
        let decoder = StateCoding.decoder
        if let report = try? decoder.decode(EvaluationReport.self, from: bytes) {
            subject = report.subject
            scale = .score
            points = CurveChart.Line("", report.byLength).points
        } else if let report = try? decoder.decode(PositionPerplexity.self, from: bytes) {
            subject = report.subject
            scale = .perplexity
            points = report.points
        } else {
            throw EvaluationError.noReport(folder)
        }
    }
}

extension SubjectIdentity {
    /// How the text was read, as short as can be.
    fileprivate func way(showsModel: Bool) -> String {
        let positions = positions.flatMap { $0 == "model" ? nil : ", positions \($0)" } ?? ""
        return (showsModel ? "\(model): " : "") + method + positions
    }
}
