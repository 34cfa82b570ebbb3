import Tokenizers

/// A prompt as a benchmark publishes it: a text, and behind it one or several questions about it, of which each is asked by itself.
struct PublishedText: Sendable {
    /// Where it was read: "quality.jsonl, line 3".
    let source: String
    /// What stands before the document and is never cut.
    var opening = ""
    let document: String
    var questions: [EvaluationQuestion]
    /// The most tokens of a reply, where that is not the task's own number.
    var replyTokens: Int?

    /// All that a model is given for a question, but for the frame.
    func prompt(_ question: EvaluationQuestion) -> String { opening + document + question.question + question.answerOpening }

    /// A prompt's text and what is asked about it, of which there is always something: the last character, if nothing else.
    static func divided(_ document: String, _ tail: String) -> (String, String) {
        tail.isEmpty ? (String(document.dropLast()), String(document.suffix(1))) : (document, tail)
    }

    /// How a benchmark has texts cut that a window does not hold.
    enum Cut: Sendable {
        /// Not at all: they are left out.
        case none
        /// The middle of the whole prompt goes. (LongBench.)
        case middle
        /// The same without what LongBench keeps free. (LongBench v2.)
        case middleToFit
        /// Nothing is cut: a reply gets what the prompt leaves of the window. (LongBench-Write, M4LE.)
        case reply
        /// The document's last words go, or its first. (L-Eval.)
        case lastWords, firstWords
    }

    /// The published runs give windows of 4k, 8k, … as so many thousands of tokens.
    private static func thousands(_ length: Int) -> Int { length < 1024 ? length : length / 1024 * 1000 }
    /// What LongBench keeps free of them.
    private static let reserve = 500
    /// A reply with less room than that is of no use.
    private static let leastReply = 16
    /// Words that L-Eval takes away more each time.
    private static let step = 250

    /// The text that a window holds.
    ///
    /// - Parameters:
    ///   - length: the window in tokens.
    ///   - frame: tokens that the frame takes.
    /// - Throws: `EvaluationError.recordTooLong` where the rule leaves nothing that fits.
    func fitted(_ cut: Cut, length: Int, replyTokens: Int, frame: Int, name: String, workshop: Workshop) throws -> (
        PublishedText, isCut: Bool
    ) {
        let tails = questions.map { workshop.encode($0.question + $0.answerOpening).count }.max() ?? 0
        let room = length - replyTokens - frame, whole = workshop.encode(opening + document).count + tails
        let refusal = EvaluationError.recordTooLong(name, source: source, length: length, needed: whole + replyTokens + frame)
        switch cut {
        case .none:
            guard whole <= room else { throw refusal }
            return (self, false)
        case .reply:
            let least = min(replyTokens, Self.leastReply), left = length - frame - whole
            guard left >= least else {
                throw EvaluationError.recordTooLong(name, source: source, length: length, needed: whole + least + frame)
            }
            var text = self
            text.replyTokens = min(replyTokens, left)
            return (text, false)
        case .middleToFit:
            guard room > 1 else { throw refusal }
            return withoutMiddle(limit: room, workshop)
        case .middle:
            let limit = min(room, length < 1024 ? room : Self.thousands(length) - Self.reserve)
            guard limit > 1 else { throw refusal }
            return withoutMiddle(limit: limit, workshop)
        case .lastWords, .firstWords:
            let budget = Self.thousands(length) - replyTokens
            guard let text = shortened(fromEnd: cut == .firstWords, budget: budget, room: room - tails, workshop) else { throw refusal }
            return (text, text.document.utf8.count < document.utf8.count)
        }
    }

    /// The first and the last half of as many tokens as there may be.
    private func withoutMiddle(limit: Int, _ workshop: Workshop) -> (PublishedText, isCut: Bool) {
        guard let question = questions.first else { return (self, false) }
        let tokens = workshop.encode(prompt(question))
        guard tokens.count > limit else { return (self, false) }
        func string(_ part: some Sequence<Int32>) -> String {
            String(decoding: workshop.tokenizer.decode(Array(part)), as: UTF8.self)
        }
        let kept = string(tokens.prefix(limit / 2)) + string(tokens.suffix(limit / 2))
        // What stays of the question is asked, so that methods that ask about a text can tell the two.
        let tail = kept.hasSuffix(question.question) ? question.question : String(kept.suffix(1))
        var asked = question
        asked.question = tail
        return (PublishedText(source: source, document: String(kept.dropLast(tail.count)), questions: [asked]), true)
    }

    /// The document's first words, or its last, as few as the budget holds.
    private func shortened(fromEnd: Bool, budget: Int, room: Int, _ workshop: Workshop) -> PublishedText? {
        var document = document, dropped = 0
        while workshop.encode(document).count > budget || workshop.encode(opening + document).count > room {
            let words = document.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false), count = budget - dropped
            guard count > 0 else { return nil }
            document = (fromEnd ? words.suffix(count) : words.prefix(count)).map { String($0) }.joined(separator: " ")
            dropped += Self.step
        }
        return PublishedText(source: source, opening: opening, document: document, questions: questions)
    }
}
