import Documents
import ModelFiles
import NIOCore

/// Texts that are to be read, as a client sends them.
struct ReadingUpload: Sendable {
    /// What the reading is to be called; nil leaves that to the server.
    let name: String?
    let texts: [PlainText]
    let wishes: ReadingWishes

    private static let mostFiles = 1000
    private static let longestName = 255
    /// What a text is called that comes without a name.
    private static let usualName = "text"

    /// From a JSON object with a `text`.
    init(_ value: JSONValue) throws(APIError) {
        var fields = try Fields(value)
        let name = try fields.string("name").map { given throws(APIError) in try Self.checked(given, parameter: "name") }
        let text = try fields.requiredString("text")
        wishes = try ReadingWishes(&fields)
        try fields.finish()
        texts = [try Self.text(Array(text.utf8), name: name ?? Self.usualName, parameter: "text")]
        self.name = name
    }

    /// From a form with files.
    init(_ form: MultipartForm) throws(APIError) {
        var texts: [PlainText] = [], options = JSONObject()
        for part in form.parts {
            if part.name == "file" {
                guard texts.count < Self.mostFiles else {
                    throw .invalid("A reading may have \(Self.mostFiles) files.", parameter: "file", code: "invalid_value")
                }
                let name = try part.fileName.map { given throws(APIError) in try Self.checked(given, parameter: "file") }
                texts.append(try Self.text(part.bytes, name: name ?? "\(Self.usualName) \(texts.count + 1)", parameter: "file"))
            } else {
                options[part.name] = try Self.option(part)
            }
        }
        guard !texts.isEmpty else {
            throw .invalid("The form has no 'file'.", parameter: "file", code: "missing_required_parameter")
        }
        guard Set(texts.map(\.name)).count == texts.count else {
            throw .invalid("Two files have the same name.", parameter: "file", code: "invalid_value")
        }
        var fields = try Fields(.object(options))
        name = try fields.string("name").map { given throws(APIError) in try Self.checked(given, parameter: "name") }
        wishes = try ReadingWishes(&fields)
        try fields.finish()
        self.texts = texts
    }

    /// Fields of a form are texts; one of them means a number.
    private static func option(_ part: MultipartForm.Part) throws(APIError) -> JSONValue {
        guard let text = String(validating: part.bytes, as: UTF8.self) else {
            throw .invalid("The field '\(part.name)' is not UTF-8.", parameter: part.name, code: "invalid_value")
        }
        return part.name == "context_length" ? Int(text).map(JSONValue.integer) ?? .string(text) : .string(text)
    }

    /// A text without a byte-order mark: places of sources are counted from where the text begins, as it is given back.
    private static func text(_ bytes: [UInt8], name: String, parameter: String) throws(APIError) -> PlainText {
        do throws(DocumentError) {
            var text = try PlainText(bytes, name: name)
            while text.sourceOffset > 0 { text = try PlainText(text.bytes, name: name) }
            return text
        } catch {
            throw .invalid("\(error.description)", parameter: parameter, code: "invalid_value")
        }
    }

    /// Names are shown to people and in logs of theirs: no control characters, and not without end.
    private static func checked(_ name: String, parameter: String) throws(APIError) -> String {
        let isShowable = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard isShowable, (1...longestName).contains(name.utf8.count) else {
            throw .invalid(
                "A name must have 1 to \(longestName) bytes and no control characters.", parameter: parameter, code: "invalid_value")
        }
        return name
    }
}
