/// What stands between a text, what is asked about it, and the answer.
package enum PromptWording: Hashable, Sendable {
    /// The text, an empty line and a question, in the model's frame; a model without a frame is asked in print.
    case question
    /// The text and what follows it as they are, in the model's frame.
    case verbatim
    /// The text and what follows it as they are, and no frame.
    case continuation
}
