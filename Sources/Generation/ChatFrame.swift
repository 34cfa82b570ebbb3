/// How a model wants turns of a conversation marked.
///
/// A prompt is made of pieces that stand on their own, so that what has been read stays as it is and each turn appends only the rest:
///
///     opening(system:)   turn(.user, …)   assistantOpening   ‹answer›   endOfTurn   turn(.user, …)   assistantOpening   …
///
/// A model that ends its answer by itself has written the first token of `endOfTurn` already, if that is a special one.
package struct ChatFrame: Hashable, Sendable {
    /// What `--frame` calls it.
    package let name: String
    /// The special token that opens the whole prompt, if the frame has one of its own. Where it is nil, the caller puts the beginning
    /// token of the tokenizer first, if that has one to add; where it is not, `opening` holds it and the caller adds none.
    package let beginningOfText: String?
    /// The system text that is usual with the frame. It is never added by itself.
    package let customarySystem: String?
    /// Strings that show a model without special tokens to be speaking for the user; to be given to `StopStrings`.
    package let stopStrings: [String]

    let beforeRole: [PromptSegment]
    let afterRole: [PromptSegment]
    /// What stands for each role; a role without a name has its text stand alone.
    let roleNames: [ChatRole: String]
    /// What parts the marks of a turn from its text. An answer begins with it by itself, so `assistantOpening` does without.
    let beforeText: String
    /// Whether white space around the text of a turn is taken away.
    let trimsText: Bool
    /// What follows the text of a turn.
    package let endOfTurn: [PromptSegment]

    /// What stands before the first turn: the beginning of the text, and the system's turn if there is one.
    package func opening(system: String?) -> [PromptSegment] {
        let beginning = beginningOfText.map { [PromptSegment.special($0)] } ?? []
        return beginning + (system.map { turn(.system, $0) } ?? [])
    }

    /// One whole turn.
    package func turn(_ role: ChatRole, _ text: String) -> [PromptSegment] {
        let text = trimsText ? text.trimmed : text
        return (turnOpening(role) + [.text(text)] + endOfTurn).coalesced
    }

    /// The marks before the text of a turn.
    package func turnOpening(_ role: ChatRole) -> [PromptSegment] {
        marks(of: role) + (roleNames[role] == nil ? [] : [.text(beforeText)])
    }

    /// What the assistant's answer follows.
    package var assistantOpening: [PromptSegment] {
        marks(of: .assistant).coalesced
    }

    /// A conversation and the opening of the assistant's next turn.
    package func conversation(_ messages: [ChatMessage]) -> [PromptSegment] {
        (opening(system: nil) + messages.flatMap { turn($0.role, $0.text) } + assistantOpening).coalesced
    }

    /// Special tokens without which the frame cannot be written, each once.
    package var specials: [String] {
        var found: [String] = []
        for case .special(let piece) in opening(system: "") + assistantOpening + endOfTurn where !found.contains(piece) {
            found.append(piece)
        }
        return found
    }

    /// The special token with which the model ends its turn; nil for a frame without.
    package var endOfTurnSpecial: String? {
        endOfTurn.lazy.compactMap { segment in
            if case .special(let piece) = segment { piece } else { nil }
        }.first
    }

    private func marks(of role: ChatRole) -> [PromptSegment] {
        guard let name = roleNames[role] else { return [] }
        return beforeRole + [.text(name)] + afterRole
    }
}

extension String {
    /// Without white space and line breaks at both ends.
    var trimmed: String {
        let isSpace = \Unicode.Scalar.Properties.isWhitespace
        var scalars = unicodeScalars[...]
        while let first = scalars.first, first.properties[keyPath: isSpace] { scalars.removeFirst() }
        while let last = scalars.last, last.properties[keyPath: isSpace] { scalars.removeLast() }
        return String(scalars)
    }
}
