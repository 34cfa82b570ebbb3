import Diagnostics
import Tokenizers

/// Chooses how turns are framed for a model.
package enum ChosenFrame {
    /// The frame, and what a person should know about the choice.
    ///
    /// - Parameter name: the frame asked for. nil takes the model's own template; where it has none, or one that cannot be used, the first
    ///   of the known frames whose special tokens the vocabulary has.
    /// - Throws: where the frame that was asked for cannot be had.
    package static func choose(named name: String?, for tokenizer: Tokenizer) throws -> (frame: any PromptFraming, note: String?) {
        if name == TemplateFrame.name { return (try checked(TemplateFrame(tokenizer: tokenizer)), nil) }
        var note: String?
        if name == nil, tokenizer.chatTemplate != nil {
            do {
                return (try checked(TemplateFrame(tokenizer: tokenizer)), nil)
            } catch let error as any Failure {
                note = error.description
            }
        }
        let frame = try ChatFrame.choose(named: name) { tokenizer.id(ofSpecial: $0) != nil }
        return (frame, note.map { "\($0); the frame \"\(frame.name)\" is taken instead." })
    }

    /// A template that parses may still refuse every conversation.
    private static func checked(_ frame: TemplateFrame) throws -> TemplateFrame {
        _ = try frame.marks(system: nil)
        return frame
    }
}
