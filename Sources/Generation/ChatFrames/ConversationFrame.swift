import Diagnostics
import ModelFiles
import Tokenizers

/// Writes whole conversations, as programs send them: with several turns, and with tools where the model's template knows them.
///
/// `TurnMarks` are for conversations that only grow; here every conversation comes whole, and the template may write it as it likes.
package struct ConversationFrame: Sendable {
    /// A conversation as it is read, up to where the reply begins.
    package struct Written: Sendable {
        package let segments: [PromptSegment]
        /// Whether the token that begins a text stands there, or none is wanted.
        package let bringsBeginning: Bool
    }

    private let framing: any PromptFraming
    private let marks: TurnMarks
    /// What a person should know about how the frame was had.
    package let note: String?

    /// - Parameter name: the frame asked for; nil takes the model's own template, or the frame that the vocabulary shows.
    /// - Throws: where the frame that was asked for cannot be had.
    package init(named name: String? = nil, for tokenizer: Tokenizer) throws {
        (framing, note) = try ChosenFrame.choose(named: name, for: tokenizer)
        marks = try framing.marks(system: nil)
    }

    /// Special tokens with which the model ends its turn, whatever its vocabulary says.
    package var endsOfTurn: [String] { marks.endsOfTurn }
    /// Strings that show that the reply is over.
    package var stopStrings: [String] { marks.stopStrings }

    /// - Parameters:
    ///   - messages: objects with `role` and `content`, and whatever else the template may look for.
    ///   - tools: definitions of functions that a reply may call.
    /// - Throws: where the conversation cannot be written: `ConversationError`, and what the template says.
    package func write(_ messages: [JSONValue], tools: [JSONValue] = []) throws -> Written {
        if let template = framing as? TemplateFrame {
            return Written(segments: try template.write(messages, tools: tools), bringsBeginning: marks.bringsBeginning)
        }
        guard let frame = framing as? ChatFrame else { throw ConversationError.framesTurnsOnly(frame: framing.name) }
        guard tools.isEmpty else { throw ConversationError.knowsNoTools(frame: framing.name) }
        let turns = try messages.enumerated().map { index, message in
            guard let role = message.object?["role"]?.string.flatMap(ChatRole.init), let text = message.object?["content"]?.string else {
                throw ConversationError.unknownRole(message: index, frame: framing.name)
            }
            return ChatMessage(role, text)
        }
        return Written(segments: frame.conversation(turns), bringsBeginning: marks.bringsBeginning)
    }
}

extension TemplateFrame {
    /// A whole conversation as the template writes it, followed by the opening of the reply.
    fileprivate func write(_ messages: [JSONValue], tools: [JSONValue]) throws -> [PromptSegment] {
        do {
            return try write(messages, tools: tools, asParts: false)
        } catch let error as ChatTemplateError {
            // Templates of models that see pictures may want a list of parts where others want a text.
            guard let written = try? write(messages, tools: tools, asParts: true) else { throw error }
            return written
        }
    }

    private func write(_ messages: [JSONValue], tools: [JSONValue], asParts: Bool) throws -> [PromptSegment] {
        let rendering = try template.render(
            .init(
                messages: asParts ? messages.map(\.withContentAsParts) : messages, tools: tools.isEmpty ? nil : tools,
                addGenerationPrompt: true, beginningToken: beginningToken, endToken: endToken))
        guard tools.isEmpty || rendering.pieces.contains(where: { $0.origin?.isOfTools == true }) else {
            throw ConversationError.knowsNoTools(frame: name)
        }
        return segments(rendering.pieces)
    }
}

extension JSONValue {
    /// A message whose text stands in a list of parts.
    fileprivate var withContentAsParts: JSONValue {
        guard var message = object, let text = message["content"]?.string else { return self }
        message["content"] = [["type": "text", "text": .string(text)]]
        return .object(message)
    }
}

extension TemplateOrigin {
    /// Whether the text came from the definition of a tool.
    fileprivate var isOfTools: Bool {
        if case .field(let path) = self { path.hasPrefix("tools[") } else { false }
    }
}

/// Why a conversation cannot be written for a model.
package enum ConversationError: Failure, Equatable {
    case knowsNoTools(frame: String)
    case unknownRole(message: Int, frame: String)
    case framesTurnsOnly(frame: String)

    package var kind: FailureKind { .usage }

    package var description: String {
        switch self {
        case .knowsNoTools(let frame):
            "The chat frame \"\(frame)\" of this model has no place for tools; leave 'tools' out, or serve a model whose template knows them."
        case .unknownRole(let message, let frame):
            "The chat frame \"\(frame)\" of this model cannot write messages[\(message)]; it knows texts of the system, the user and the "
                + "assistant."
        case .framesTurnsOnly(let frame): "The chat frame \"\(frame)\" cannot write a whole conversation; choose another with --frame."
        }
    }
}
