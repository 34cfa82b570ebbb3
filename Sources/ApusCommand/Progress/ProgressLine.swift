import Diagnostics

/// Draws the state of a meter as one line of text.
struct ProgressLine {
    /// Columns that the line may take.
    var columns: Int
    /// Whether the terminal shows block characters; otherwise the bar is drawn in ASCII.
    var isUnicode = true

    private static let barWidths = 8...24
    private static let shortestActivity = 12

    /// The line for a terminal: activity, bar, share, count, rate and time left, as far as they are known and fit.
    func text(_ meter: ProgressMeter) -> String {
        guard let progress = meter.latest else { return "" }
        let facts = facts(progress, meter)
        // The parts at the end go first when room is short: they are in the order of their use to the person.
        for shown in stride(from: facts.count, through: 0, by: -1) {
            let tail = facts.prefix(shown).joined(separator: "  ")
            let room = columns - tail.count - (tail.isEmpty ? 0 : 2)
            guard shown == 0 || room >= min(progress.activity.count, ProgressLine.shortestActivity) else { continue }
            return [head(progress.activity.onOneLine, meter.fraction, room: room), tail].filter { !$0.isEmpty }.joined(separator: "  ")
        }
        return ""
    }

    /// The line for a log: no bar, nothing cut.
    func plainText(_ meter: ProgressMeter) -> String {
        guard let progress = meter.latest else { return "" }
        return "\(progress.activity.onOneLine): " + facts(progress, meter).joined(separator: ", ")
    }

    /// The line for a log when the work is over.
    func finalText(_ meter: ProgressMeter) -> String {
        guard let progress = meter.latest else { return "" }
        let rate = meter.overallRate.map { " (\(Formatting.rate($0, unit: progress.unit)))" } ?? ""
        let count = "\(Formatting.count(progress.completed)) \(progress.unit)"
        return "\(progress.activity.onOneLine): \(count) in \(Formatting.duration(seconds: meter.secondsSpent))\(rate)"
    }

    private func facts(_ progress: Progress, _ meter: ProgressMeter) -> [String] {
        let total = progress.total.map { "/" + Formatting.count($0) } ?? ""
        return [
            meter.fraction.map(Formatting.percent),
            progress.detail?.onOneLine,
            "\(Formatting.count(progress.completed))\(total) \(progress.unit)",
            meter.secondsLeft.map { Formatting.duration(seconds: $0) + " left" },
            meter.rate.map { Formatting.rate($0, unit: progress.unit) },
        ].compactMap(\.self)
    }

    /// The activity, cut if it must be, and a bar if there is room for one beside it.
    private func head(_ activity: String, _ fraction: Double?, room: Int) -> String {
        guard activity.count <= room else { return room > 0 ? activity.prefix(room - 1) + (isUnicode ? "…" : "~") : "" }
        let barWidth = min(room - activity.count - 2, ProgressLine.barWidths.upperBound)
        guard let fraction, barWidth >= ProgressLine.barWidths.lowerBound else { return activity }
        return activity + "  " + bar(fraction, width: barWidth)
    }

    /// A bar `width` columns wide of which `fraction` is filled, to an eighth of a column where the terminal can show that.
    func bar(_ fraction: Double, width: Int) -> String {
        let share = min(max(fraction, 0), 1)
        guard isUnicode else {
            let full = Int(share * Double(width - 2))
            return "[" + String(repeating: "#", count: full) + String(repeating: "-", count: width - 2 - full) + "]"
        }
        let eighths = Int(share * Double(width * 8))
        let partial = eighths % 8 == 0 ? "" : String(Array("▏▎▍▌▋▊▉")[eighths % 8 - 1])
        let filled = String(repeating: "█", count: eighths / 8) + partial
        return filled + String(repeating: "░", count: width - filled.count)
    }
}
