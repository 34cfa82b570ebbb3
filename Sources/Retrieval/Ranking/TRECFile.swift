import Documents
import ModelFiles

/// Rankings for many queries, in the form of TREC: lines of query, Q0, document, rank, score and the name of the run.
package struct TRECRun: Hashable, Sendable {
    /// One for each query, in the order in which the file first names them.
    package let rankings: [Ranking]

    package init(_ rankings: [Ranking]) { self.rankings = rankings }

    /// Reads a run. As with trec_eval, order comes from the scores; the column of ranks is not heeded.
    /// - Throws: `RankingError` with the line where it went wrong, `DocumentError` for a file that cannot be read.
    package init(reading path: String) throws { try self.init(PlainText(reading: path)) }

    package init(_ text: PlainText) throws(RankingError) {
        var entries = GroupedLines<Ranking.Entry>(file: text.name)
        try TRECLines.forEach(in: text, columns: 6) { line, fields throws(RankingError) in
            guard let score = Double(fields[4]), !score.isNaN else {
                throw .badLine(file: text.name, line: line, reason: "has the score \"\(fields[4])\", which is no number")
            }
            try entries.add(Ranking.Entry(id: String(fields[2]), score: score), query: fields[0], document: fields[2], line: line)
        }
        guard !entries.groups.isEmpty else { throw .empty(file: text.name, expected: "lines of a run: query Q0 document rank score name") }
        rankings = entries.groups.map { Ranking(query: $0.query, sorting: $0.members) }
    }

    /// The lines of the run. Scores fall strictly, so that the order survives.
    /// - Parameter name: of the run, for the last column.
    package func lines(name: String) -> String {
        var text = ""
        for ranking in rankings {
            for (index, entry) in ranking.strictlyFalling.entries.enumerated() {
                text += "\(ranking.query) Q0 \(entry.id) \(index + 1) \(entry.score) \(name)\n"
            }
        }
        return text
    }
}

/// How relevant documents are to queries, in the form of TREC: lines of query, a number that nobody heeds, document and grade.
package struct TRECJudgements: Hashable, Sendable {
    /// For each query the grades of its judged documents; 0 and below is not relevant.
    package let grades: [String: [String: Int]]

    package init(_ grades: [String: [String: Int]]) { self.grades = grades }

    /// - Throws: `RankingError` with the line where it went wrong, `DocumentError` for a file that cannot be read.
    package init(reading path: String) throws { try self.init(PlainText(reading: path)) }

    package init(_ text: PlainText) throws(RankingError) {
        var judged = GroupedLines<(String, Int)>(file: text.name)
        try TRECLines.forEach(in: text, columns: 4) { line, fields throws(RankingError) in
            guard let grade = Int(fields[3]) else {
                throw .badLine(file: text.name, line: line, reason: "has the grade \"\(fields[3])\", which is no whole number")
            }
            try judged.add((String(fields[2]), grade), query: fields[0], document: fields[2], line: line)
        }
        guard !judged.groups.isEmpty else { throw .empty(file: text.name, expected: "lines of judgements: query 0 document grade") }
        grades = Dictionary(
            uniqueKeysWithValues: judged.groups.map { ($0.query, Dictionary($0.members) { first, _ in first }) })
    }
}

/// The lines of TREC's files: columns with white space between them.
private enum TRECLines {
    /// Lines that hold nothing are passed over.
    /// - Throws: for a line of another number of columns, and what `body` throws.
    static func forEach(
        in text: PlainText, columns: Int, _ body: (_ line: Int, _ fields: [Substring]) throws(RankingError) -> Void
    ) throws(RankingError) {
        for line in NumberedLines(text.bytes) {
            let fields = line.text.split { $0 == " " || $0 == "\t" || $0 == "\r" }
            guard fields.count == columns else {
                throw .badLine(file: text.name, line: line.number, reason: "has \(fields.count) columns in place of \(columns)")
            }
            try body(line.number, fields)
        }
    }
}

/// What lines say of each query, in the order in which queries come; no document comes twice.
private struct GroupedLines<Member> {
    let file: String
    private(set) var groups: [(query: String, members: [Member])] = []
    private var places: [String: Int] = [:]
    private var seen: Set<[String]> = []

    init(file: String) { self.file = file }

    mutating func add(_ member: Member, query: Substring, document: Substring, line: Int) throws(RankingError) {
        let query = String(query)
        guard seen.insert([query, String(document)]).inserted else {
            throw .badLine(file: file, line: line, reason: "names \"\(document)\" for the query \"\(query)\" a second time")
        }
        if let place = places[query] {
            groups[place].members.append(member)
        } else {
            places[query] = groups.count
            groups.append((query, [member]))
        }
    }
}
