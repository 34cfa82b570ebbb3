import Documents
import Tokenizers

/// A text as the model reads it: the frame's opening, then the tokens of the documents.
struct ReadText: Sendable {
    let documents: DocumentSet
    /// Tokens before the text: begin of text and the template's opening.
    let openingTokens: Int
    /// Opening and text.
    let tokens: [Int32]
    /// Byte offset in the documents after each token of the text (the opening has none).
    let ends: [Int]

    /// Tokens of the text alone.
    var textTokens: Int { tokens.count - openingTokens }

    init(documents: DocumentSet, openingTokens: Int, tokens: [Int32], ends: [Int]) {
        self.documents = documents
        self.openingTokens = openingTokens
        self.tokens = tokens
        self.ends = ends
    }

    /// Tokenizes the documents behind the frame's opening.
    init(_ documents: DocumentSet, prompt: DocumentPrompt, tokenizer: Tokenizer) throws {
        let opening = try tokenizer.tokens(of: prompt.opening, beginning: prompt.marks)
        let continuesText = if case .text = prompt.opening.last { true } else { false }
        let text = tokenizer.encodeWithOffsets(documents.bytes, continuesText: continuesText)
        self.init(documents: documents, openingTokens: opening.count, tokens: opening + text.ids, ends: text.ends)
    }

    /// The same text with more documents behind it, parted from it as documents are.
    func appending(_ more: DocumentSet, tokenizer: Tokenizer) -> ReadText {
        let text = tokenizer.encodeWithOffsets(DocumentSet.blankLine + more.bytes, continuesText: true)
        let offset = documents.bytes.count
        return ReadText(
            documents: documents.appending(more), openingTokens: openingTokens, tokens: tokens + text.ids,
            ends: ends + text.ends.map { $0 + offset })
    }
}
