/// How a text and questions about it are framed for `ask`.
///
/// The text comes first and stays read, and each question appends only what follows it:
///
///     opening   ‹the text›   question(…)   ‹answer›   nextQuestion(…)   ‹answer›   …
///
/// Texts may come in any number of segments; they are never trimmed, so that offsets into them hold.
package struct DocumentPrompt: Hashable, Sendable {
    /// The name of the frame.
    package let frameName: String
    /// The system's text before the document, if there is one.
    package let system: String?
    package let marks: TurnMarks
    /// Whether the model was taught no frame, so that questions are asked in print.
    private let isPlain: Bool
    private let wording: PromptWording

    /// - Parameter system: instructions for all questions; nil takes those customary with the frame, "" none.
    package init(frame: ChatFrame, system: String? = nil) {
        let system = Self.chosen(system, frame), isPlain = frame.specials.isEmpty
        // A model without a frame gets the text and nothing before it but the system's words.
        let marks = isPlain ? TurnMarks.plain(opening: frame.opening(system: system)) : frame.marks(system: system)
        self.init(frameName: frame.name, system: system, marks: marks, isPlain: isPlain)
    }

    /// - Throws: where the frame cannot write such a conversation.
    package init(framing: any PromptFraming, system: String? = nil, wording: PromptWording = .question) throws {
        guard wording == .question else {
            self = try wording == .continuation ? Self.bare : Self(framing: framing, system: system).worded(wording)
            return
        }
        if let frame = framing as? ChatFrame {
            self.init(frame: frame, system: system)
        } else {
            let system = Self.chosen(system, framing)
            self.init(frameName: framing.name, system: system, marks: try framing.marks(system: system), isPlain: false)
        }
    }

    /// Nothing but the text and what follows it.
    private static let bare = DocumentPrompt(
        frameName: "none", system: nil, marks: .plain(opening: [], stopStrings: []), isPlain: true, wording: .continuation)

    private func worded(_ wording: PromptWording) -> DocumentPrompt {
        let marks = isPlain ? TurnMarks.plain(opening: marks.opening, stopStrings: []) : marks
        return DocumentPrompt(frameName: frameName, system: system, marks: marks, isPlain: isPlain, wording: wording)
    }

    private init(frameName: String, system: String?, marks: TurnMarks, isPlain: Bool, wording: PromptWording = .question) {
        self.wording = wording
        self.frameName = frameName
        self.system = system
        self.marks = marks
        self.isPlain = isPlain
    }

    private static func chosen(_ system: String?, _ frame: any PromptFraming) -> String? {
        let chosen = system ?? frame.customarySystem
        return chosen?.isEmpty == true ? nil : chosen
    }

    /// What stands before the text.
    package var opening: [PromptSegment] { marks.opening }

    /// What follows the text, up to where the answer begins.
    /// - Parameter beginning: what stands at the beginning of the answer already, for the model to go on from.
    package func question(_ question: String, beginning: String = "") -> [PromptSegment] {
        let answer = beginning.isEmpty ? [] : [PromptSegment.text(beginning)]
        let text = wording == .question ? "\n\n" + (isPlain ? plainQuestion(question) : question) : question
        let asked = [.text(text)] + (isPlain ? [] : marks.answerOpening)
        return (asked + answer).coalesced
    }

    /// What follows an answer, without the tokens that ended it, up to where the next one begins.
    package func nextQuestion(_ question: String) -> [PromptSegment] {
        isPlain
            ? [.text("\n\n" + plainQuestion(question))] : (marks.nextTurn + [marks.user(question)] + marks.answerOpening).coalesced
    }

    /// Strings that show that the answer is over; to be given to `StopStrings`.
    package var stopStrings: [String] { marks.stopStrings }

    private func plainQuestion(_ question: String) -> String {
        "Question: \(question)\nAnswer:"
    }
}

extension TurnMarks {
    /// Those of a text without a frame.
    fileprivate static func plain(
        opening: [PromptSegment], stopStrings: [String] = ["\n\nQuestion:", "\nQuestion:"]
    ) -> TurnMarks {
        TurnMarks(
            opening: opening, answerOpening: [], nextTurn: [], bringsBeginning: false, trimsText: false, endsOfTurn: [],
            stopStrings: stopStrings)
    }
}
