import Foundation
import ModelFiles

/// Files of records as benchmarks publish them: a line of JSON for each, or one JSON array.
enum PublishedFile {
    /// - Throws: `EvaluationError.noQuestionFile`, or `badRecord` for what is no text.
    static func text(_ path: String) throws(EvaluationError) -> String {
        guard let data = FileManager.default.contents(atPath: path) else { throw .noQuestionFile(path) }
        guard let text = String(data: data, encoding: .utf8) else {
            throw .badRecord(file: path, place: "the whole", reason: "it is no UTF-8 text")
        }
        return text
    }

    static func json(_ path: String) throws(EvaluationError) -> JSONValue {
        guard let data = FileManager.default.contents(atPath: path) else { throw .noQuestionFile(path) }
        return try parse(Array(data), of: path, place: "the whole")
    }

    /// - Throws: `EvaluationError` with the file and the line or record that cannot be used.
    static func records(_ path: String) throws(EvaluationError) -> [PublishedFields] {
        guard let data = FileManager.default.contents(atPath: path) else { throw .noQuestionFile(path) }
        let bytes = Array(data)
        guard bytes.first(where: { !$0.isWhiteSpace }) != UInt8(ascii: "[") else { return try array(bytes, of: path) }
        var fields: [PublishedFields] = []
        for line in NumberedLines(bytes) {
            fields.append(try self.fields(Array(line.bytes), of: path, place: "line \(line.number)"))
        }
        return fields
    }

    /// One record.
    static func fields(_ bytes: [UInt8], of path: String, place: String) throws(EvaluationError) -> PublishedFields {
        try PublishedFields(parse(bytes, of: path, place: place), file: path, place: place)
    }

    private static func array(_ bytes: [UInt8], of path: String) throws(EvaluationError) -> [PublishedFields] {
        let values = try parse(bytes, of: path, place: "the whole").array ?? []
        return try values.enumerated().map { number, value throws(EvaluationError) in
            try PublishedFields(value, file: path, place: "record \(number + 1)")
        }
    }

    private static func parse(_ bytes: [UInt8], of path: String, place: String) throws(EvaluationError) -> JSONValue {
        do {
            return try JSONValue(parsing: bytes, path: path)
        } catch {
            throw .badRecord(file: path, place: place, reason: "it is no JSON")
        }
    }
}

/// One record's fields, and where it stands.
struct PublishedFields {
    let object: JSONObject
    let file: String
    let place: String

    init(_ value: JSONValue, file: String, place: String) throws(EvaluationError) {
        guard let object = value.object else { throw .badRecord(file: file, place: place, reason: "it is no object") }
        (self.object, self.file, self.place) = (object, file, place)
    }

    /// "quality.jsonl, line 3".
    var source: String { "\(URL(fileURLWithPath: file).lastPathComponent), \(place)" }

    func failure(_ reason: String) -> EvaluationError { .badRecord(file: file, place: place, reason: reason) }

    func text(_ key: String) throws(EvaluationError) -> String {
        guard let text = object[key]?.string else { throw failure("there is no text \"\(key)\"") }
        return text
    }

    func texts(_ key: String) throws(EvaluationError) -> [String] {
        guard let values = object[key]?.array else { throw failure("there is no list \"\(key)\"") }
        let texts = values.compactMap(\.string)
        guard texts.count == values.count else { throw failure("the list \"\(key)\" holds what is no text") }
        return texts
    }

    func integer(_ key: String) throws(EvaluationError) -> Int {
        guard let number = object[key]?.integer else { throw failure("there is no whole number \"\(key)\"") }
        return number
    }

    func integers(_ key: String) throws(EvaluationError) -> [Int] {
        guard let values = object[key]?.array, values.allSatisfy({ $0.integer != nil }) else {
            throw failure("there is no list of whole numbers \"\(key)\"")
        }
        return values.compactMap(\.integer)
    }

    func records(_ key: String) throws(EvaluationError) -> [PublishedFields] {
        guard let values = object[key]?.array else { throw failure("there is no list \"\(key)\"") }
        return try values.enumerated().map { number, value throws(EvaluationError) in
            try PublishedFields(value, file: file, place: "\(place), \(key) \(number + 1)")
        }
    }

    /// The first text that one of several keys has.
    func firstText(_ keys: [String]) -> String? { keys.lazy.compactMap { object[$0]?.string }.first }
}

extension UInt8 {
    fileprivate var isWhiteSpace: Bool { [0x20, 0x09, 0x0A, 0x0D].contains(self) }
}
