/// How a text and questions about it are framed for `ask`.
///
/// The text comes first and stays read, and each question appends only what follows it:
///
///     opening   ‹the text›   question(…)   ‹answer›   nextQuestion(…)   ‹answer›   …
///
/// Texts may come in any number of segments; they are never trimmed, so that offsets into them hold.
package struct DocumentPrompt: Hashable, Sendable {
    package let frame: ChatFrame
    /// The system's text before the document, if there is one.
    package let system: String?

    /// - Parameter system: instructions for all questions; nil takes those customary with the frame, "" none.
    package init(frame: ChatFrame, system: String? = nil) {
        self.frame = frame
        let chosen = system ?? frame.customarySystem
        self.system = chosen?.isEmpty == true ? nil : chosen
    }

    /// What stands before the text. A model without a frame gets the text and nothing before it but the system's words.
    package var opening: [PromptSegment] {
        let opening = frame.opening(system: system)
        return isPlain ? opening : (opening + frame.turnOpening(.user)).coalesced
    }

    /// What follows the text, up to where the answer begins.
    package func question(_ question: String) -> [PromptSegment] {
        isPlain
            ? [.text("\n\n" + plainQuestion(question))]
            : ([.text("\n\n" + question)] + frame.endOfTurn + frame.assistantOpening).coalesced
    }

    /// What follows an answer, without the tokens that ended it, up to where the next one begins.
    package func nextQuestion(_ question: String) -> [PromptSegment] {
        isPlain
            ? [.text("\n\n" + plainQuestion(question))]
            : (frame.endOfTurn + frame.turn(.user, question) + frame.assistantOpening).coalesced
    }

    /// Strings that show that the answer is over; to be given to `StopStrings`.
    package var stopStrings: [String] {
        isPlain ? ["\n\nQuestion:", "\nQuestion:"] : frame.stopStrings
    }

    private var isPlain: Bool { frame.specials.isEmpty }

    private func plainQuestion(_ question: String) -> String {
        "Question: \(question)\nAnswer:"
    }
}
