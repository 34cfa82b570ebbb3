import ModelFiles
import Testing
import Tokenizers

@testable import Generation

/// Vocabularies and schemas for tests of grammars.
enum GrammarFixture {
    /// The token that ends generation in the vocabularies made here.
    static let end: Int32 = 1

    /// A vocabulary of an unknown token, an end, and then `pieces`, numbered from 2.
    /// - Parameter bytes: whether the 256 single bytes come behind them.
    static func tokenizer(_ pieces: [String], bytes: Bool = false) throws -> Tokenizer {
        let digits = Array("0123456789ABCDEF")
        let byteNames = bytes ? (0..<256).map { "<0x\(digits[$0 >> 4])\(digits[$0 & 15])>" } : []
        let all = ["<unk>", "</s>"] + pieces.map { $0.replacing(" ", with: "\u{2581}") } + byteNames
        var vocabulary = Vocabulary(source: "a test", model: .sentencePiece, pieces: PieceList(all))
        vocabulary.types = [2, 3] + pieces.map { _ in 1 } + byteNames.map { _ in 6 }
        vocabulary.scores = all.map { _ in 0 }
        vocabulary.identifiers = [.unknown: 0, .end: Int(end)]
        return try Tokenizer(vocabulary: vocabulary)
    }

    /// A vocabulary of all bytes and of pieces that cross the borders of JSON in every way.
    static func crossing() throws -> Tokenizer {
        try tokenizer(
            [
                "{\"", "\":", "\": ", "\",", "\", \"", "\"}", "\"]", "}}", "]]", "},", "},{", "}, {", "[{", "[[", "[]", "{}", "\":\"",
                "\":[",
                "\\u", "\\\"", "\\n", "00", "12", "-1", "0.", ".5", "e+", "true", "false", "null", "true,", "abc", "the ", " of", "é", "日本",
                "🙂",
                "name", "a\":", "b\"", "  ", "\n", "\n  ", ", ", ",\n    ", ": ", "e", "a", "b", "\"a\":", "\"b\":1", "1]", "]}", "2024-",
                "-02-", "T00:",
            ], bytes: true)
    }

    static func schema(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8), path: "a test") }

    static func grammar(_ schema: String, _ tokenizer: Tokenizer) throws -> ReplyGrammar {
        try ReplyGrammar(schema: self.schema(schema), tokenizer: tokenizer)
    }
}

extension GrammarState {
    /// The tokens that may come next.
    func allowed(_ tokenizer: Tokenizer) -> [Int32] {
        var state = self
        var mask = TokenMask(tokenCount: tokenizer.vocabularyCount)
        state.allow(in: &mask)
        return mask.tokens
    }

    /// The state behind further tokens; nil if one of them may not come.
    func after(_ tokens: some Sequence<Int32>) -> GrammarState? {
        var state = self
        for token in tokens where !state.accept(token) { return nil }
        return state
    }

    /// The state behind a text, token by token, each a single byte.
    func after(_ text: String, bytesFrom first: Int32) -> GrammarState? {
        after(text.utf8.map { first + Int32($0) })
    }
}
