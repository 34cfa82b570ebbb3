import Documents
import ModelFiles

/// Files of passages and of queries.
package enum PassageFile {
    /// The passages of a file: JSON lines of `{"id", "title", "text"}`, or else every line that is not empty is a passage whose name is the
    /// number of its line.
    /// - Throws: `RankingError` with the line where it went wrong, `DocumentError` for a file that cannot be read.
    package static func passages(reading path: String) throws -> [RankedPassage] {
        let text = try PlainText(reading: path)
        let records = try records(in: text, ids: ["id", "_id", "docid"], texts: ["text", "contents", "content"])
        return records.map { RankedPassage(id: $0.id, title: $0.title, text: $0.text) }
    }

    /// The queries of a file: JSON lines of `{"id", "text"}`, or lines of a name, a tab and the query.
    package static func queries(reading path: String) throws -> [(id: String, text: String)] {
        let text = try PlainText(reading: path)
        return try records(in: text, ids: ["id", "_id", "qid"], texts: ["text", "query"], tabbed: true).map { ($0.id, $0.text) }
    }

    private typealias Record = (id: String, title: String?, text: String)

    private static func records(in text: PlainText, ids: [String], texts: [String], tabbed: Bool = false) throws -> [Record] {
        var records: [Record] = [], seen: Set<String> = []
        for line in NumberedLines(text.bytes) {
            let record =
                line.bytes.first == UInt8(ascii: "{")
                ? try object(line, ids: ids, texts: texts, file: text.name) : try plain(line, tabbed: tabbed, file: text.name)
            guard seen.insert(record.id).inserted else {
                throw RankingError.badLine(file: text.name, line: line.number, reason: "has the name \"\(record.id)\" a second time")
            }
            records.append(record)
        }
        guard !records.isEmpty else { throw RankingError.empty(file: text.name, expected: "a line for each text") }
        return records
    }

    private static func object(_ line: NumberedLines.Line, ids: [String], texts: [String], file: String) throws -> Record {
        let members = try line.object(file: file)
        func string(_ names: [String]) -> String? {
            names.lazy.compactMap { name in members[name]?.string ?? members[name]?.integer.map(String.init) }.first
        }
        guard let id = string(ids), !id.isEmpty, !id.contains(where: \.isWhitespace) else {
            throw RankingError.badLine(file: file, line: line.number, reason: "has no \"id\" without white space")
        }
        guard let text = string(texts) else { throw RankingError.badLine(file: file, line: line.number, reason: "has no \"text\"") }
        return (id, string(["title"]).flatMap { $0.isEmpty ? nil : $0 }, text)
    }

    private static func plain(_ line: NumberedLines.Line, tabbed: Bool, file: String) throws(RankingError) -> Record {
        guard tabbed else { return (String(line.number), nil, line.text) }
        let parts = line.text.split(separator: "\t", maxSplits: 1)
        guard parts.count == 2, !parts[0].contains(where: \.isWhitespace) else {
            throw .badLine(file: file, line: line.number, reason: "has no tab between a query's name and the query")
        }
        return (String(parts[0]), nil, String(parts[1]))
    }
}

extension NumberedLines.Line {
    /// - Throws: `RankingError` for a line that is no JSON object.
    func object(file: String) throws(RankingError) -> JSONObject {
        guard let object = (try? JSONValue(parsing: Array(bytes), path: file))?.object else {
            throw .badLine(file: file, line: number, reason: "is no JSON object")
        }
        return object
    }
}
