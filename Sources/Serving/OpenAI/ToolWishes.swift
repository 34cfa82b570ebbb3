import ModelFiles

/// The tools that a reply may call, and whether it must.
struct ToolWishes: Sendable {
    enum Choice: Sendable, Equatable {
        /// The reply may call none.
        case none
        /// The model decides.
        case automatic
        /// The reply must be a call of one of them.
        case required
        /// The reply must be a call of this one.
        case named(String)
    }

    let tools: [Tool]
    let choice: Choice

    /// Whether calls are to be looked for in the reply.
    var isActive: Bool { !tools.isEmpty && choice != .none }

    private static let mostTools = 256

    init(_ fields: inout Fields) throws(APIError) {
        var tools: [Tool] = []
        let values = try fields.array("tools") ?? []
        guard values.count <= Self.mostTools else { throw fields.mistyped("tools", "an array of at most \(Self.mostTools) tools") }
        for (index, value) in values.enumerated() { tools.append(try Tool(value, at: "tools[\(index)]")) }
        self.tools = tools
        choice = try Self.choice(&fields, tools: tools)
        // One reply may call several tools or one: models that are asked decide that by themselves.
        fields.passOver("parallel_tool_calls")
    }

    private static func choice(_ fields: inout Fields, tools: [Tool]) throws(APIError) -> Choice {
        guard let value = fields.value("tool_choice") else { return .automatic }
        if value == "none" { return .none }
        guard !tools.isEmpty else {
            throw .invalid("'tool_choice' may stand only beside \"tools\".", parameter: "tool_choice", code: "invalid_value")
        }
        switch value.string {
        case "auto": return .automatic
        case "required": return .required
        case .some: throw fields.mistyped("tool_choice", "\"none\", \"auto\", \"required\" or an object that names a function")
        case nil: break
        }
        var named = try Fields(value, at: "tool_choice")
        guard try named.word("type", of: ["function"]) != nil, let function = named.value("function") else {
            throw named.missing("function")
        }
        var members = try Fields(function, at: "tool_choice.function")
        let name = try members.requiredString("name")
        guard tools.contains(where: { $0.name == name }) else { throw members.mistyped("name", "the name of one of the tools") }
        try members.finish()
        try named.finish()
        return .named(name)
    }

    /// The tools of which the reply must call one.
    private var demanded: [Tool] {
        switch choice {
        case .none, .automatic: []
        case .required: tools
        case .named(let name): tools.filter { $0.name == name }
        }
    }

    /// The schema of a reply that must be a call; nil where it need not be one.
    func callSchema() throws(APIError) -> JSONValue? {
        let demanded = demanded
        guard let first = demanded.first else { return nil }
        var schema: JSONObject = demanded.count == 1 ? first.callSchema : ["anyOf": .array(demanded.map { .object($0.callSchema) })]
        var definitions = JSONObject()
        for (name, definition) in demanded.flatMap({ Array($0.definitions) }) {
            guard definitions[name] == nil || definitions[name] == definition else {
                throw .invalid(
                    "Two tools define '\(name)' in '$defs', each in its own way.", parameter: "tools", code: "invalid_schema")
            }
            definitions[name] = definition
        }
        if !definitions.isEmpty { schema["$defs"] = .object(definitions) }
        return .object(schema)
    }
}

/// A function that a reply may call.
struct Tool: Sendable {
    let name: String
    let parameters: JSONValue
    /// All of the definition, as templates know it.
    let definition: JSONValue

    init(_ value: JSONValue, at path: String) throws(APIError) {
        var fields = try Fields(value, at: path)
        guard try fields.word("type", of: ["function"]) != nil else { throw fields.missing("type") }
        guard let function = fields.value("function") else { throw fields.missing("function") }
        try fields.finish()
        var members = try Fields(function, at: path + ".function")
        name = try members.requiredString("name")
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(Self.isNameByte) else {
            throw members.mistyped("name", "1 to 64 letters, digits, underscores and hyphens")
        }
        parameters = members.value("parameters") ?? ["type": "object", "properties": [:]]
        members.passOver("description", "strict")
        try members.finish()
        definition = value
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// What a reply looks like that is a call of this function and nothing else, but for what its parameters refer to.
    fileprivate var callSchema: JSONObject {
        var arguments = parameters
        if var object = parameters.object {
            object["$defs"] = nil
            arguments = .object(object)
        }
        return [
            "type": "object", "properties": ["name": ["const": .string(name)], "arguments": arguments],
            "required": ["name", "arguments"], "additionalProperties": false,
        ]
    }

    /// What the parameters refer to: pointers in them begin at the whole schema.
    fileprivate var definitions: JSONObject { parameters.object?["$defs"]?.object ?? [:] }
}

/// A call of a function, made by the model.
struct ToolCall: Sendable, Equatable {
    let id: String
    let name: String
    /// JSON, as text.
    let arguments: String

    init(name: String, arguments: String) {
        id = "call_" + RandomName.make()
        self.name = name
        self.arguments = arguments
    }

    /// One that comes back with a conversation.
    init(_ given: Fields) throws(APIError) {
        var fields = given
        id = try fields.requiredString("id")
        _ = try fields.word("type", of: ["function"])
        guard let function = fields.value("function") else { throw fields.missing("function") }
        fields.passOver("index")
        try fields.finish()
        var members = try Fields(function, at: fields.name("function"))
        name = try members.requiredString("name")
        arguments = try members.requiredString("arguments")
        try members.finish()
    }

    /// As OpenAI's API has it.
    var json: JSONObject {
        ["id": .string(id), "type": "function", "function": ["name": .string(name), "arguments": .string(arguments)]]
    }

    /// As templates know it, with the arguments as a value.
    var templateForm: JSONValue {
        let value = (try? JSONValue(parsing: Array(arguments.utf8), path: "arguments")) ?? .string(arguments)
        return ["id": .string(id), "type": "function", "function": ["name": .string(name), "arguments": value]]
    }
}
