import Foundation

@testable import Tokenizers

/// What `Scripts/make-tokenizer-goldens.py` wrote.
enum Goldens {
    struct ByteLevel: Decodable, Sendable {
        struct Golden: Decodable, Sendable {
            let ids: [[Int32]]
            let words: [[Int]]
        }

        let pieces: [String]
        let merges: [String]
        /// By pre-tokenizer, one entry a text.
        let goldens: [String: Golden]

        func vocabulary(_ preTokenizer: String) -> Vocabulary {
            var vocabulary = Vocabulary(source: "tiny byte-level vocabulary", model: .byteLevel, pieces: PieceList(pieces))
            vocabulary.merges = .listed(PieceList(merges))
            vocabulary.preTokenizer = preTokenizer
            return vocabulary
        }
    }

    struct SentencePiece: Decodable, Sendable {
        let pieces: [String]
        let scores: [Float]
        let types: [Int]
        let ids: [[Int32]]

        var vocabulary: Vocabulary {
            var vocabulary = Vocabulary(source: "tiny SentencePiece vocabulary", model: .sentencePiece, pieces: PieceList(pieces))
            vocabulary.scores = scores
            vocabulary.types = types
            vocabulary.identifiers = [.unknown: 0, .beginning: 1, .end: 2]
            return vocabulary
        }
    }

    private struct Texts: Decodable, Sendable {
        let texts: [String]
    }

    static let preTokenizers = ["gpt-2", "llama-bpe", "qwen2", "starcoder", "falcon", "default"]

    static func texts() throws -> [String] { try loadedTexts.get().texts }
    static func byteLevel() throws -> ByteLevel { try loadedByteLevel.get() }
    static func sentencePiece() throws -> SentencePiece { try loadedSentencePiece.get() }

    /// Token ids by vocabulary, for the texts without the name of a special token.
    static func real() throws -> [String: [[Int32]]] { try load([String: [[Int32]]].self, "real.json") }

    private static let loadedTexts = Result { try load(Texts.self, "texts.json") }
    private static let loadedByteLevel = Result { try load(ByteLevel.self, "byte-level.json") }
    private static let loadedSentencePiece = Result { try load(SentencePiece.self, "sentence-piece.json") }

    private static func load<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
        let url = packageRoot.appendingPathComponent("Tests/Fixtures/tokenizers/\(name)")
        return try JSONDecoder().decode(type, from: Data(contentsOf: url))
    }

    static let packageRoot = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
