import Diagnostics
import ModelFiles
import Tokenizers

/// A model's own template as a frame.
///
/// A template writes whole conversations, and here one grows without being read again. So the template writes two short conversations,
/// and since every part of what it writes knows which message it came from, what stands around the messages is what the frame is made of.
/// What a template changes in hindsight (some drop the thoughts of earlier answers) stays as it was read.
package struct TemplateFrame: PromptFraming {
    /// What `--frame` calls a model's own template.
    package static let name = "model"

    let template: ChatTemplate
    private let tokenizer: Tokenizer
    /// Text from an input never holds control tokens; text from the template does where it names them.
    let beginningToken: String?
    let endToken: String?

    package var name: String { Self.name }
    /// A template brings its own.
    package var customarySystem: String? { nil }

    /// - Throws: where the model has no template, or one that cannot be used.
    package init(tokenizer: Tokenizer) throws {
        guard let source = tokenizer.chatTemplate else { throw ChatFrameError.noTemplate }
        template = try ChatTemplate(source: source)
        self.tokenizer = tokenizer
        beginningToken = tokenizer.bos.map { String(decoding: tokenizer.piece($0), as: UTF8.self) }
        endToken = tokenizer.eos.map { String(decoding: tokenizer.piece($0), as: UTF8.self) }
    }

    package func marks(system: String?) throws -> TurnMarks {
        do {
            return try marks(system: system, asParts: false)
        } catch {
            // Templates of models that see pictures may want a list of parts where others want a text.
            guard let marks = try? marks(system: system, asParts: true) else { throw error }
            return marks
        }
    }

    private func marks(system: String?, asParts: Bool) throws -> TurnMarks {
        let first: Conversation, note: String?, folded: [PromptSegment]
        if let system, let supported = try? Conversation(self, [.init(.system, system), Self.question], asParts: asParts),
            supported.holds(message: 0)
        {
            (first, folded, note) = (supported, [], nil)
        } else {
            first = try Conversation(self, [Self.question], asParts: asParts)
            folded = system.map { [.text($0 + "\n\n")] } ?? []
            note = system.map { _ in "the model's chat template takes no system message; it stands at the beginning of the first turn." }
        }
        // Without the system's text, which some templates put before the last turn: it has been read once.
        let later = try Conversation(self, [Self.question, Self.answer, Self.question], asParts: asParts)
        let nextTurn = segments(try later.between(1, 2))
        let specials = nextTurn.compactMap(\.specialName)
        // Only where an answer follows its opening directly is the end of its turn the end of all that the model has to say.
        let isDirect = try first.after(first.lastMessage).hasPrefix(later.between(0, 1))
        let visible = nextTurn.written.trimmed
        return TurnMarks(
            opening: (segments(try first.opening) + folded).coalesced, answerOpening: segments(try first.after(first.lastMessage)),
            nextTurn: nextTurn,
            bringsBeginning: true, trimsText: first.trimsText, endsOfTurn: isDirect ? Array(specials.prefix(1)) : [],
            stopStrings: specials.isEmpty && !visible.isEmpty ? [visible] : [], note: note)
    }

    // White space shows whether a template takes it away.
    private static let question = ChatMessage(.user, " question ")
    private static let answer = ChatMessage(.assistant, "answer")
}

// MARK: - What the template writes

extension TemplateFrame {
    private typealias Piece = TemplateRendering.Piece

    /// A conversation as the template writes it, followed by the opening of an answer.
    private struct Conversation {
        let pieces: [Piece]
        let lastMessage: Int

        init(_ frame: TemplateFrame, _ messages: [ChatMessage], asParts: Bool) throws {
            let written: [JSONValue] = messages.map { message in
                let text = JSONValue.string(message.text)
                return .object(
                    JSONObject([
                        ("role", .string(message.role.rawValue)),
                        ("content", asParts ? .array([.object(JSONObject([("type", "text"), ("text", text)]))]) : text),
                    ]))
            }
            pieces = try frame.template.render(
                .init(
                    messages: written, addGenerationPrompt: true, beginningToken: frame.beginningToken, endToken: frame.endToken)
            ).pieces
            lastMessage = messages.count - 1
        }

        func holds(message: Int) -> Bool { pieces.contains { $0.origin == .content(message: message) } }

        private func place(of message: Int) throws -> Int {
            let places = pieces.indices.filter { pieces[$0].origin == .content(message: message) }
            guard let place = places.first, places.count == 1 else { throw ChatFrameError.templateLosesText(times: places.count) }
            return place
        }

        /// What stands before the last message.
        var opening: [Piece] {
            get throws { Array(pieces[..<(try place(of: lastMessage))]) }
        }

        func after(_ message: Int) throws -> [Piece] { Array(pieces[(try place(of: message) + 1)...]) }

        func between(_ message: Int, _ next: Int) throws -> [Piece] {
            let start = try place(of: message) + 1, end = try place(of: next)
            guard start <= end else { throw ChatFrameError.templateLosesText(times: 0) }
            return Array(pieces[start..<end])
        }

        var trimsText: Bool {
            pieces.first { $0.origin == .content(message: lastMessage) }?.text.first != " "
        }
    }

    /// The template's own text with its control tokens found; texts from inputs as they are.
    func segments(_ pieces: [TemplateRendering.Piece]) -> [PromptSegment] {
        // What the template wrote around an empty input reads as one.
        pieces.flatMap { piece in
            piece.origin == nil ? tokenizer.dividingSpecials(in: piece.text).map(PromptSegment.init) : [.text(piece.text)]
        }.coalesced
    }
}

extension PromptSegment {
    fileprivate init(_ part: Tokenizer.Part) {
        self = part.isSpecial ? .special(part.text) : .text(part.text)
    }

    fileprivate var specialName: String? {
        if case .special(let name) = self { name } else { nil }
    }
}

extension [TemplateRendering.Piece] {
    fileprivate func hasPrefix(_ other: [TemplateRendering.Piece]) -> Bool {
        map(\.text).joined().hasPrefix(other.map(\.text).joined())
    }
}
