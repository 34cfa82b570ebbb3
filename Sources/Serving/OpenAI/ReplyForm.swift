import ModelFiles

/// The form that a reply must have: OpenAI's `response_format`.
enum ReplyForm: Sendable, Equatable {
    case text
    /// Any JSON object.
    case json
    /// JSON that a schema describes.
    case schema(JSONValue)

    /// What describes the reply; nil where it may be anything.
    var schema: JSONValue? {
        switch self {
        case .text: nil
        case .json: Self.anyObject
        case .schema(let schema): schema
        }
    }

    private static let anyObject: JSONValue = ["type": "object"]

    init(_ fields: inout Fields) throws(APIError) {
        guard let value = fields.value("response_format") else {
            self = .text
            return
        }
        var format = try Fields(value, at: "response_format")
        switch try format.word("type", of: ["text", "json_object", "json_schema"]) {
        case "text": self = .text
        case "json_object": self = .json
        case "json_schema": self = .schema(try Self.schema(&format))
        default: throw format.missing("type")
        }
        try format.finish()
    }

    private static func schema(_ format: inout Fields) throws(APIError) -> JSONValue {
        guard let value = format.value("json_schema") else { throw format.missing("json_schema") }
        var described = try Fields(value, at: format.name("json_schema"))
        described.passOver("name", "description", "strict")
        // Without a schema any object will do, as OpenAI's API has it.
        let schema = described.value("schema") ?? Self.anyObject
        try described.finish()
        return schema
    }
}
