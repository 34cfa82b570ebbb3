import Tokenizers

/// The marks of questions and answers as tokens.
struct LookupFrame: Sendable {
    let opening: [Int32]
    let ask: Int32
    let answer: Int32
    let end: Int32

    /// - Throws: `CorpusError.missingMark` for a tokenizer that lacks one.
    init(_ tokenizer: Tokenizer) throws(CorpusError) {
        func mark(_ name: String) throws(CorpusError) -> Int32 {
            guard let identifier = tokenizer.id(ofSpecial: name) else { throw .missingMark(name) }
            return identifier
        }
        ask = try mark(QuestionFrame.ask)
        answer = try mark(QuestionFrame.answer)
        end = try mark(QuestionFrame.end)
        opening = [try mark(QuestionFrame.beginning), ask]
    }

    /// A question with its answer. The first one stands behind the text, in the same turn; each other one opens a turn of its own.
    ///
    /// - Returns: the tokens, and which of them the answer and its end are.
    func tokens(of turn: LookupTurn, isFirst: Bool, _ tokenizer: Tokenizer) -> (tokens: [Int32], answer: Range<Int>) {
        let question = isFirst ? tokenizer.encode("\n\n" + turn.question) : [ask] + tokenizer.encode(turn.question)
        let answered = tokenizer.encode(" " + turn.answer) + [end]
        return (question + [answer] + answered, question.count + 1..<question.count + 1 + answered.count)
    }
}
