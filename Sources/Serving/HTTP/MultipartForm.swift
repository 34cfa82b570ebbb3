/// A form with files as browsers send it: `multipart/form-data` (RFC 7578).
///
/// Whoever uploads writes this, so nothing in it is believed: parts and headers are counted, and whatever does not fit the form is refused with
/// the byte where it went wrong.
struct MultipartForm: Equatable, Sendable {
    struct Part: Equatable, Sendable {
        /// What the form calls the field.
        let name: String
        /// What the client calls the file; nil for a field that is none.
        let fileName: String?
        let bytes: [UInt8]
    }

    let parts: [Part]

    private static let mostParts = 1100
    private static let longestHeader = 8192
    private static let longestBoundary = 70

    /// - Parameter type: the value of the header `Content-Type`.
    init(_ bytes: [UInt8], type: String) throws(APIError) {
        let media = HeaderValue(type)
        guard let boundary = media.parameters["boundary"], (1...Self.longestBoundary).contains(boundary.utf8.count) else {
            throw .invalid("The header Content-Type of a form must name a boundary of 1 to \(Self.longestBoundary) bytes.")
        }
        var reader = FormReader(bytes: bytes, delimiter: Array("\r\n--\(boundary)".utf8))
        try reader.skipPreamble()
        var parts: [Part] = []
        while try reader.nextPartBegins() {
            guard parts.count < Self.mostParts else { throw .invalid("The form has more than \(Self.mostParts) parts.") }
            let header = try reader.readHeader(longest: Self.longestHeader)
            parts.append(try Part(header: header, bytes: try reader.readContent()))
        }
        self.parts = parts
    }

    /// Whether a request with this content type holds a form.
    static func matches(_ type: String?) -> Bool { type.map { HeaderValue($0).value == "multipart/form-data" } ?? false }
}

extension MultipartForm.Part {
    fileprivate init(header: String, bytes: [UInt8]) throws(APIError) {
        let lines = header.split(separator: "\r\n").map { $0.split(separator: ":", maxSplits: 1) }
        let disposition = lines.first { $0.count == 2 && $0[0].lowercased() == "content-disposition" }
        let value = disposition.map { HeaderValue(String($0[1])) }
        guard let value, value.value == "form-data", let name = value.parameters["name"] else {
            throw .invalid("A part of the form has no header \"Content-Disposition: form-data\" with a name.")
        }
        self.init(name: name, fileName: value.parameters["filename"].flatMap { $0.isEmpty ? nil : $0 }, bytes: bytes)
    }
}

/// Goes over the bytes of a form.
private struct FormReader {
    let bytes: [UInt8]
    /// A line break and the boundary, which stand before every part and at the end.
    let delimiter: [UInt8]
    private var position = 0

    private static let lineBreak: [UInt8] = [0x0D, 0x0A]
    private static let dashes: [UInt8] = [0x2D, 0x2D]

    init(bytes: [UInt8], delimiter: [UInt8]) {
        self.bytes = bytes
        self.delimiter = delimiter
    }

    /// Goes behind the first boundary, which may stand at the very beginning.
    mutating func skipPreamble() throws(APIError) {
        if stands(delimiter.dropFirst(2)) {
            position += delimiter.count - 2
        } else {
            position = try find(delimiter, what: "its boundary") + delimiter.count
        }
    }

    /// Behind a boundary: whether another part follows, or the end.
    mutating func nextPartBegins() throws(APIError) -> Bool {
        if stands(Self.dashes) { return false }
        while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
        guard stands(Self.lineBreak) else { throw failure("has no line break behind a boundary") }
        position += 2
        return true
    }

    /// The lines before the empty one.
    mutating func readHeader(longest: Int) throws(APIError) -> String {
        let start = position
        let end = try find(Self.lineBreak + Self.lineBreak, what: "the end of a part's header")
        guard end - start <= longest else { throw failure("has a header of more than \(longest) bytes") }
        position = end + 4
        guard let header = String(validating: bytes[start..<end], as: UTF8.self) else { throw failure("has a header that is not UTF-8") }
        return header
    }

    /// What stands before the next boundary.
    mutating func readContent() throws(APIError) -> [UInt8] {
        // An empty part's line break is the one that ended its header.
        let start = position
        position -= 2
        let end = try find(delimiter, what: "the boundary behind a part")
        position = end + delimiter.count
        return end < start ? [] : Array(bytes[start..<end])
    }

    private func stands(_ pattern: some Collection<UInt8>) -> Bool {
        bytes.count - position >= pattern.count && bytes[position..<(position + pattern.count)].elementsEqual(pattern)
    }

    /// Where the pattern begins next.
    private func find(_ pattern: [UInt8], what: String) throws(APIError) -> Int {
        let last = bytes.count - pattern.count
        var place = position
        while place <= last {
            if bytes[place] == pattern[0], bytes[place..<(place + pattern.count)].elementsEqual(pattern) { return place }
            place += 1
        }
        throw failure("ends before \(what)")
    }

    private func failure(_ reason: String) -> APIError {
        .invalid("The form is not well-formed: from byte \(position) on it \(reason).", code: "malformed_form")
    }
}

/// A header's value with its parameters: `form-data; name="file"; filename="a.txt"`.
struct HeaderValue: Equatable, Sendable {
    /// What stands before the parameters, in small letters.
    let value: String
    /// By name, in small letters; of those with one name the first counts.
    let parameters: [String: String]

    init(_ text: String) {
        var rest = text[...]
        value = Self.take(until: ";", from: &rest).lowercased()
        var parameters: [String: String] = [:]
        while !rest.isEmpty {
            guard let mark = rest.first(where: { $0 == "=" || $0 == ";" }) else { break }
            let name = Self.take(until: mark, from: &rest).lowercased()
            // What has no value is no parameter.
            guard mark == "=" else { continue }
            let value = rest.hasPrefix("\"") ? Self.takeQuoted(from: &rest) : Self.take(until: ";", from: &rest)
            if !name.isEmpty, parameters[name] == nil { parameters[name] = value }
        }
        self.parameters = parameters
    }

    /// The text before a mark, without white space around it; the rest begins behind the mark.
    private static func take(until mark: Character, from rest: inout Substring) -> String {
        let end = rest.firstIndex(of: mark) ?? rest.endIndex
        defer { rest = rest[end...].dropFirst().drop(while: \.isWhitespace) }
        let part = rest[..<end].drop(while: \.isWhitespace)
        return String(part.prefix(upTo: part.lastIndex { !$0.isWhitespace }.map(part.index(after:)) ?? part.startIndex))
    }

    /// A text in quotes, in which a backslash makes a quote part of the text; browsers write quotes as %22 instead.
    private static func takeQuoted(from rest: inout Substring) -> String {
        rest = rest.dropFirst()
        var text = ""
        while let character = rest.popFirst(), character != "\"" {
            let isEscape = character == "\\" && (rest.first == "\"" || rest.first == "\\")
            if isEscape, let escaped = rest.popFirst() { text.append(escaped) } else { text.append(character) }
        }
        _ = take(until: ";", from: &rest)
        return text.replacing("%22", with: "\"")
    }
}
