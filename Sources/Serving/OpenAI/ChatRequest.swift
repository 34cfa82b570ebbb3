import ModelFiles

/// A request to `/v1/chat/completions`.
struct ChatRequest: Sendable {
    let model: String?
    let messages: [MessageRequest]
    let wishes: ReplyWishes
    /// How many alternatives to report for each token; nil reports no probabilities.
    let logProbabilities: Int?
    let form: ReplyForm
    let tools: ToolWishes
    /// The reading that the last message is asked of.
    let reading: String?
    /// How many passages to report that the reply rests on.
    let sources: Int?

    private static let mostAlternatives = 20
    private static let mostMessages = 10_000

    init(_ value: JSONValue) throws(APIError) {
        var fields = try Fields(value)
        model = try fields.string("model")
        messages = try Self.messages(&fields)
        wishes = try ReplyWishes(&fields, lengths: ["max_completion_tokens", "max_tokens"])
        logProbabilities = try Self.logProbabilities(&fields)
        form = try ReplyForm(&fields)
        tools = try ToolWishes(&fields)
        reading = try fields.string("reading")
        sources = try fields.integer("sources", in: 0...ReadingAsk.mostSources)
        if sources != nil, reading == nil {
            throw .invalid("'sources' may stand only beside \"reading\".", parameter: "sources", code: "invalid_value")
        }
        try Self.refuseRest(&fields)
        try fields.finish()
    }

    private static func messages(_ fields: inout Fields) throws(APIError) -> [MessageRequest] {
        guard let values = try fields.array("messages") else { throw fields.missing("messages") }
        guard (1...mostMessages).contains(values.count) else {
            throw fields.mistyped("messages", "an array of 1 to \(mostMessages) messages")
        }
        var messages: [MessageRequest] = []
        for (index, value) in values.enumerated() {
            messages.append(try MessageRequest(Fields(value, at: "messages[\(index)]")))
        }
        return messages
    }

    private static func logProbabilities(_ fields: inout Fields) throws(APIError) -> Int? {
        let isAsked = try fields.bool("logprobs") ?? false
        let alternatives = try fields.integer("top_logprobs", in: 0...mostAlternatives)
        if alternatives != nil, !isAsked {
            throw .invalid("'top_logprobs' may stand only beside \"logprobs\": true.", parameter: "top_logprobs", code: "invalid_value")
        }
        return isAsked ? alternatives ?? 0 : nil
    }

    private static func refuseRest(_ fields: inout Fields) throws(APIError) {
        try fields.refuse("modalities", unless: [["text"]], because: "replies are text alone")
        try fields.refuse("audio", because: "replies are text alone")
        try fields.refuse("web_search_options", because: "the server searches nothing outside")
        try fields.refuse("reasoning_effort", because: "the model decides that by itself")
        try fields.refuse("verbosity", because: "say in a message how long the reply should be")
        try fields.refuse("functions", because: "it was replaced by 'tools'")
        try fields.refuse("function_call", because: "it was replaced by 'tool_choice'")
    }
}

/// One message of a conversation, as it is given.
struct MessageRequest: Sendable {
    enum Role: String, CaseIterable, Sendable {
        case system, developer, user, assistant, tool
    }

    let role: Role
    /// nil where an assistant's message consists of calls alone.
    let text: String?
    let toolCalls: [ToolCall]
    /// The call that a tool's message answers.
    let toolCallID: String?
    let name: String?

    init(_ given: Fields) throws(APIError) {
        var fields = given
        let word = try fields.word("role", of: Role.allCases.map(\.rawValue))
        guard let role = word.flatMap(Role.init) else { throw fields.missing("role") }
        self.role = role
        text = try Self.text(&fields)
        name = try fields.string("name")
        toolCallID = try fields.string("tool_call_id")
        var calls: [ToolCall] = []
        for (index, value) in (try fields.array("tool_calls") ?? []).enumerated() {
            calls.append(try ToolCall(Fields(value, at: fields.name("tool_calls[\(index)]"))))
        }
        toolCalls = calls
        if !calls.isEmpty, role != .assistant { throw fields.mistyped("tool_calls", "absent: only the assistant calls tools") }
        if role == .tool, toolCallID == nil { throw fields.missing("tool_call_id") }
        if text == nil, calls.isEmpty { throw fields.missing("content") }
        try fields.refuse("audio", because: "messages are text alone")
        try fields.refuse("function_call", because: "it was replaced by 'tool_calls'")
        fields.passOver("refusal", "annotations")
        try fields.finish()
    }

    /// The content: a text, or a list of parts that are texts.
    private static func text(_ fields: inout Fields) throws(APIError) -> String? {
        guard let value = fields.value("content") else { return nil }
        if let text = value.string { return text }
        guard let parts = value.array else { throw fields.mistyped("content", "a string or an array of parts") }
        var texts: [String] = []
        for (index, part) in parts.enumerated() {
            var members = try Fields(part, at: fields.name("content[\(index)]"))
            guard try members.requiredString("type") == "text" else {
                throw .unsupported(members.name("type"), "messages are text alone")
            }
            texts.append(try members.requiredString("text"))
            try members.finish()
        }
        return texts.joined()
    }

    /// As templates know messages.
    var json: JSONValue {
        var message: JSONObject = [
            "role": .string(role == .developer ? Role.system.rawValue : role.rawValue), "content": .string(text ?? ""),
        ]
        if let name { message["name"] = .string(name) }
        if let toolCallID { message["tool_call_id"] = .string(toolCallID) }
        if !toolCalls.isEmpty { message["tool_calls"] = .array(toolCalls.map(\.templateForm)) }
        return .object(message)
    }
}
