/// Rows of tab-separated values, as far as a set of rows can be held against another. (Ye et al., LongProc, 2025.)
struct TabSeparatedRows {
    private let columnCount: Int
    /// Without the header, and normalised.
    private let rows: [[CodePoints]]

    /// The longest field that Python's reader takes.
    private static let fieldLimit = 131_072
    private static let missing = "N/A".codePoints

    /// - Returns: nil for what is no table: without rows, with a header that has a name twice, or one that Python's `csv` refuses.
    init?(_ text: CodePoints) {
        guard let records = Self.records(of: text.stripped.lines), let header = records.first, !records.dropFirst().isEmpty,
            Set(header).count == header.count
        else { return nil }
        columnCount = header.count
        var data = Array(records.dropFirst())
        // What follows a table is often a sentence.
        if data.last?.count != header.count { data.removeLast() }
        rows = data.map { row in
            (row.count == header.count ? row : Array(repeating: Self.missing, count: header.count)).map {
                $0.normalized().filter { $0 != " " }
            }
        }
    }

    /// Precision, recall and F1 of a reply's rows, whatever their order and however often they come; nil where there is no table to compare.
    static func compare(_ reply: String, with reference: String) -> TokenF1.Shares? {
        guard let wanted = TabSeparatedRows(reference.codePoints), let said = TabSeparatedRows(body(of: reply.codePoints)),
            said.columnCount == wanted.columnCount, !said.rows.isEmpty, !wanted.rows.isEmpty
        else { return nil }
        let wantedRows = Set(wanted.rows), saidRows = Set(said.rows)
        return TokenF1.Shares(
            precision: Double(said.rows.count(where: wantedRows.contains)) / Double(said.rows.count),
            recall: Double(wanted.rows.count(where: saidRows.contains)) / Double(wanted.rows.count))
    }

    /// What stands between "```tsv" and the last fence.
    private static func body(of reply: CodePoints) -> CodePoints {
        let parts = reply.split(at: "```tsv".codePoints)
        guard parts.count > 1 else { return reply.stripped }
        let rest = CodePoints(parts.dropFirst().joined(separator: "```tsv".codePoints)), pieces = rest.split(at: "```".codePoints)
        return pieces.count > 1 ? CodePoints(pieces.dropLast().joined(separator: "```".codePoints)).stripped : rest.stripped
    }

    private enum State { case recordStart, fieldStart, field, quoted, quoteInQuoted, lineEnd }

    /// The records of lines, by the rules of Python's `csv` for tabs: quotation marks around a field only, doubled within it; a quoted field
    /// may go on in the next line.
    private static func records(of lines: [CodePoints]) -> [[CodePoints]]? {
        var records: [[CodePoints]] = [], record: [CodePoints] = [], field: CodePoints = [], state = State.recordStart
        func save() {
            record.append(field)
            field = []
        }
        for line in lines {
            for scalar in line {
                let isEnd = scalar == "\r"
                switch (state, scalar) {
                case (.lineEnd, _) where !isEnd: return nil
                case (.lineEnd, _): break
                case (.recordStart, _) where isEnd: state = .lineEnd
                case (.recordStart, "\""), (.fieldStart, "\""): state = .quoted
                case (.quoted, "\""): state = .quoteInQuoted
                case (.quoteInQuoted, "\""):
                    field.append(scalar)
                    state = .quoted
                case (.recordStart, "\t"), (.fieldStart, "\t"), (.field, "\t"), (.quoteInQuoted, "\t"):
                    save()
                    state = .fieldStart
                case (.fieldStart, _) where isEnd, (.field, _) where isEnd, (.quoteInQuoted, _) where isEnd:
                    save()
                    state = .lineEnd
                default:
                    field.append(scalar)
                    if state != .quoted { state = .field }
                }
                guard field.count <= fieldLimit else { return nil }
            }
            guard state != .quoted else { continue }
            if state != .recordStart, state != .lineEnd { save() }
            records.append(record)
            (record, state) = ([], .recordStart)
        }
        if state == .quoted { records.append(record + [field]) }
        return records
    }
}

extension TokenF1 {
    /// Precision, recall and their harmonic mean.
    struct Shares: Equatable {
        let precision: Double
        let recall: Double

        var f1: Double { precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall) }
    }
}
