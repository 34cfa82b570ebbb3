import Tokenizers

/// What stands around the texts of a conversation that only grows:
///
///     opening   ‹user›   answerOpening   ‹answer›   nextTurn   ‹user›   answerOpening   ‹answer›   …
package struct TurnMarks: Hashable, Sendable {
    /// What stands before the first thing that the user says: the beginning, the system's text, and the opening of the turn.
    package let opening: [PromptSegment]
    /// What follows the user's text, up to where the answer begins.
    package let answerOpening: [PromptSegment]
    /// What follows an answer, without the token that ended it, up to the user's next text.
    package let nextTurn: [PromptSegment]
    /// Whether `opening` brings the token that begins a text, or says that there is none.
    package let bringsBeginning: Bool
    /// Whether white space around what the user says is taken away.
    package let trimsText: Bool
    /// Special tokens with which the model ends its turn, whatever its vocabulary says.
    package let endsOfTurn: [String]
    /// Strings that show that the answer is over; to be given to `StopStrings`.
    package let stopStrings: [String]
    /// What a person should know about how the frame was had.
    package var note: String?

    /// What the user says, as it stands in a turn.
    package func user(_ text: String) -> PromptSegment { .text(trimsText ? text.trimmed : text) }
}

/// A way to frame turns: one of the known frames, or a model's own template.
package protocol PromptFraming: Sendable {
    /// What `--frame` calls it.
    var name: String { get }
    /// The system text that is usual with the frame. It is never added by itself.
    var customarySystem: String? { get }
    /// - Parameter system: instructions for the whole conversation.
    /// - Throws: where a conversation cannot be written.
    func marks(system: String?) throws -> TurnMarks
}

extension ChatFrame: PromptFraming {
    package func marks(system: String?) -> TurnMarks {
        TurnMarks(
            opening: (opening(system: system) + turnOpening(.user)).coalesced,
            answerOpening: (endOfTurn + assistantOpening).coalesced, nextTurn: (endOfTurn + turnOpening(.user)).coalesced,
            bringsBeginning: beginningOfText != nil, trimsText: trimsText, endsOfTurn: endOfTurnSpecial.map { [$0] } ?? [],
            stopStrings: stopStrings)
    }
}
