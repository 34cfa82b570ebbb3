import ModelFiles

/// How a model wants conversations written, as it says itself: a template in the language Jinja, read with the settings of `transformers`.
///
///     let template = try ChatTemplate(source: tokenizer.chatTemplate)
///     let rendering = try template.render(.init(messages: messages, addGenerationPrompt: true))
///
/// Templates come with models and are not trusted: what they do is bounded, and they reach nothing but their inputs.
package struct ChatTemplate: Sendable {
    package let source: String
    private let statements: [TemplateStatement]

    /// Parses a template.
    /// - Throws: where it is not well-formed, or holds a construct that is not known, which is named.
    package init(source: String) throws(ChatTemplateError) {
        self.source = source
        statements = try RoomyThread.run { () throws(ChatTemplateError) in try TemplateParser.statements(of: source) }
    }

    /// Writes a conversation.
    /// - Throws: where the template refuses the conversation, or does what it should not.
    package func render(_ input: Input) throws(ChatTemplateError) -> TemplateRendering {
        let statements = statements
        return try RoomyThread.run { () throws(ChatTemplateError) in
            var inputs = TemplateInputs()
            let run = TemplateRun(variables: try inputs.variables(for: input), now: input.now ?? .now)
            return TemplateRendering(try run.rendered(statements), origins: inputs.origins)
        }
    }
}

extension ChatTemplate {
    /// What a template is given, by the names that `transformers` gives it.
    package struct Input: Sendable {
        /// Objects with `role` and `content`, and whatever else the template may look for.
        package var messages: [JSONValue]
        package var tools: [JSONValue]?
        package var documents: [JSONValue]?
        /// Whether the opening of an answer follows the messages.
        package var addGenerationPrompt: Bool
        /// The tokens that begin and end a text, by name.
        package var beginningToken: String?
        package var endToken: String?
        /// Variables beyond these: `enable_thinking` and such.
        package var extra: JSONObject
        /// The time that the template is told; nil for the present one.
        package var now: TemplateDate?

        package init(
            messages: [JSONValue], tools: [JSONValue]? = nil, documents: [JSONValue]? = nil, addGenerationPrompt: Bool = false,
            beginningToken: String? = nil, endToken: String? = nil, extra: JSONObject = JSONObject(), now: TemplateDate? = nil
        ) {
            self.messages = messages
            self.tools = tools
            self.documents = documents
            self.addGenerationPrompt = addGenerationPrompt
            self.beginningToken = beginningToken
            self.endToken = endToken
            self.extra = extra
            self.now = now
        }
    }
}

extension TemplateRun {
    /// What the statements of a template write.
    fileprivate func rendered(_ statements: [TemplateStatement]) throws(ChatTemplateError) -> TracedText {
        try captured { () throws(ChatTemplateError) in _ = try run(statements) }
    }
}
