import ModelFiles

/// Makes values of inputs, giving each text a number by which its parts are known in what the template writes.
struct TemplateInputs {
    /// Of the texts with the numbers 1, 2, 3, …
    private(set) var origins: [TemplateOrigin] = []

    /// Roles that programs give, not people: templates may make control tokens of them (`'<|' + role + '|>'`).
    private static let roles: Set<String> = [
        "system", "user", "assistant", "tool", "developer", "function", "ipython", "model", "document", "context", "observation",
    ]

    mutating func variables(for input: ChatTemplate.Input) throws(ChatTemplateError) -> [String: TemplateValue] {
        var messages: [TemplateValue] = []
        for (index, message) in input.messages.enumerated() { messages.append(try self.message(message, index)) }
        var variables: [String: TemplateValue] = [
            "messages": .list(messages), "add_generation_prompt": .bool(input.addGenerationPrompt), "tools": .none, "documents": .none,
        ]
        if let tools = input.tools { variables["tools"] = try value(.array(tools), .field("tools")) }
        if let documents = input.documents { variables["documents"] = try value(.array(documents), .field("documents")) }
        if let token = input.beginningToken { variables["bos_token"] = .string(token) }
        if let token = input.endToken { variables["eos_token"] = .string(token) }
        for (name, extra) in input.extra { variables[name] = try value(extra, .field(name)) }
        return variables
    }

    private mutating func message(_ message: JSONValue, _ index: Int) throws(ChatTemplateError) -> TemplateValue {
        guard case .object(let object) = message else { return try value(message, .field("messages[\(index)]")) }
        var mapping = TemplateMapping()
        for (key, member) in object {
            let origin = key == "content" ? TemplateOrigin.content(message: index) : .field("messages[\(index)].\(key)")
            if key == "role", case .string(let role) = member, Self.roles.contains(role) {
                mapping.set(TracedText(key), .string(role))
            } else {
                mapping.set(TracedText(key), try value(member, origin))
            }
        }
        return .mapping(mapping)
    }

    private mutating func value(_ json: JSONValue, _ origin: TemplateOrigin, depth: Int = 0) throws(ChatTemplateError) -> TemplateValue {
        guard depth < TemplateLimits.valueDepth else {
            throw ChatTemplateError(.limit("inputs stand in each other", most: TemplateLimits.valueDepth), line: 0)
        }
        switch json {
        case .null: return .none
        case .bool(let value): return .bool(value)
        case .integer(let value): return .integer(value)
        case .number(let value): return .number(value)
        case .string(let text): return .string(TracedText(text, origin: number(of: origin)))
        case .array(let array):
            var elements: [TemplateValue] = []
            for (index, element) in array.enumerated() { elements.append(try value(element, origin.element(index), depth: depth + 1)) }
            return .list(elements)
        case .object(let object):
            var mapping = TemplateMapping()
            for (key, member) in object {
                let origin = origin.member(key)
                mapping.set(TracedText(key, origin: number(of: origin)), try value(member, origin, depth: depth + 1))
            }
            return .mapping(mapping)
        }
    }

    private mutating func number(of origin: TemplateOrigin) -> Int {
        if origins.last != origin { origins.append(origin) }
        return origins.count
    }
}

extension TemplateOrigin {
    /// The parts of a message's content count as that.
    fileprivate func element(_ index: Int) -> TemplateOrigin {
        if case .field(let path) = self { .field("\(path)[\(index)]") } else { self }
    }

    fileprivate func member(_ key: String) -> TemplateOrigin {
        if case .field(let path) = self { .field("\(path).\(key)") } else { self }
    }
}
