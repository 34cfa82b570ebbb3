import Evaluation
import Fitting

/// What `apus fit` prints.
struct FitListing: ReportListing {
    let report: FitReport
    let folder: String
    /// Where the profile was written; nil where nothing is recommended.
    let profile: String?

    // MARK: For people

    func text(isUnicode: Bool) -> String {
        let reasons = (report.recommendation?.reasons ?? []).map { $0 + "\n" }.joined()
        let made = profile.map { "Profile: \($0), for --profile; --profile \(ReadingArguments.keptProfile) takes it too.\n" } ?? ""
        return [heading, table(isUnicode: isUnicode), left, reasons + "\n" + made + "Report: \(folder)/report.html\n"]
            .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var heading: String {
        let window = report.windowRecall.map { "; within its window \($0.score.percent) of facts are found (\($0.range))" } ?? ""
        return "\(report.model.name.onOneLine), trained for \(Formatting.count(report.model.window)) tokens\(window)\n"
    }

    private func table(isUnicode: Bool) -> String {
        var table = Table(headings: [
            .text("at \(Formatting.count(report.settings.length)) tokens"), .number("found"), .text(""), .number("95%"),
            .text("by depth"), .number("first answer"), .number("further"), .number("reading"), .number("keys, values"),
            .number("perplexity"),
        ])
        for entry in report.finalists {
            guard let measured = entry.final else { continue }
            let mark = entry.candidate == report.recommendation?.candidate ? "* " : "  "
            table.rows.append([
                mark + entry.candidate.name, measured.recall.score.percent, Self.bar(measured.recall.score, isUnicode: isUnicode),
                measured.recall.range, Self.depth(measured, isUnicode: isUnicode),
                Formatting.duration(seconds: measured.firstAnswerSeconds), Formatting.duration(seconds: measured.answerSeconds),
                entry.readingRate.map { Formatting.rate($0, unit: "tokens") } ?? "each time",
                Formatting.bytes(measured.cacheBytes), entry.perplexity.map { Formatting.decimal($0.perplexity) } ?? "",
            ])
        }
        return table.text
    }

    private static func bar(_ score: Double, isUnicode: Bool) -> String {
        let whole = 10, filled = Int((score * Double(whole)).rounded())
        return String(repeating: isUnicode ? "█" : "#", count: filled) + String(repeating: isUnicode ? "░" : ".", count: whole - filled)
    }

    private static func depth(_ measured: Measurement, isUnicode: Bool) -> String {
        guard isUnicode else { return measured.recallByDepth.map { $0.map { String(Int($0 * 9)) } ?? " " }.joined() }
        return Sparkline.text(measured.recallByDepth.map { $0 ?? .nan }, columns: EvaluationReport.depthBands, in: 0...1)
    }

    /// Those that did not come so far, a line each.
    private var left: String {
        report.entries.filter { $0.final == nil }.map { entry in
            let place = entry.standing.length.map { " at \(Formatting.count($0)) tokens" } ?? ""
            return "\(entry.candidate.name)\(place): \(entry.standing.sentence)".onOneLine + "\n"
        }.joined()
    }

    // MARK: For programs

    var json: JSON {
        [
            "model": .string(report.model.name), "length": .integer(report.settings.length),
            "window_recall": report.windowRecall.map { $0.json(with: [:]) } ?? .null, "seconds": .number(report.seconds),
            "recommended": report.recommendation.map { .object(Self.members($0.candidate)) } ?? .null,
            "elsewhere": report.recommendation?.elsewhere.map { .object(Self.members($0)) } ?? .null,
            "reasons": .strings(report.recommendation?.reasons ?? []), "profile": JSON(profile, JSON.string),
            "report": .string(folder + "/report.json"), "entries": .array(report.entries.map(Self.json)),
        ]
    }

    private static func members(_ candidate: Candidate) -> [String: JSON] {
        [
            "method": .string(candidate.method), "positions": .string(candidate.positions),
            "context_length": JSON(candidate.contextLength, JSON.integer), "scope": .string(candidate.scope.rawValue),
        ]
    }

    private static func json(_ entry: Entry) -> JSON {
        let own: [String: JSON] = [
            "standing": .string(entry.standing.kind.name), "reason": .string(entry.standing.sentence),
            "measurements": .array(entry.measurements.map(Self.json)),
            "perplexity": JSON(entry.perplexity?.perplexity, JSON.number), "peak_bytes": JSON(entry.peakBytes, JSON.number),
        ]
        return .object(members(entry.candidate).merging(own) { _, own in own })
    }

    private static func json(_ measured: Measurement) -> JSON {
        [
            "length": .integer(measured.length), "facts": .integer(measured.recall.records), "recall": .number(measured.recall.score),
            "interval": .array(measured.recall.interval.map(JSON.number)),
            "recall_by_depth": .array(measured.recallByDepth.map { JSON($0, JSON.number) }),
            "first_answer_seconds": .number(measured.firstAnswerSeconds), "answer_seconds": .number(measured.answerSeconds),
            "reading_seconds": .number(measured.readingSeconds), "tokens_per_second": JSON(measured.tokensPerSecond, JSON.number),
            "cache_bytes": .integer(measured.cacheBytes),
        ]
    }
}

extension Standing.Kind {
    /// In the words of JSON.
    fileprivate var name: String { self == .notTried ? "not_tried" : rawValue }
}
