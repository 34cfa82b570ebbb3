import Foundation

@testable import Tokenizers

/// What `Scripts/make-subword-goldens.py` wrote.
enum SubwordGoldens {
    struct Tokens: Decodable, Sendable {
        let ids: [[Int32]]
        /// Where tokens end in the text; -1 where that is left open.
        let ends: [[Int]]?
    }

    struct WordPieces: Decodable, Sendable {
        let pieces: [String]
        let ids: [[Int32]]
        let ends: [[Int]]

        /// The pieces as GGUF files have them: U+2581 before those that begin a word, nothing before others.
        func vocabulary(lowercases: Bool) -> Vocabulary {
            let written = pieces.enumerated().map { number, piece in
                number < 4 ? piece : SubwordGoldens.asInGGUF(piece)
            }
            var vocabulary = Vocabulary(source: "tiny BERT vocabulary", model: .wordPiece, pieces: PieceList(written))
            vocabulary.types = pieces.indices.map { $0 < 4 ? 3 : 1 }
            vocabulary.identifiers = [.padding: 0, .unknown: 1, .beginning: 2, .separator: 3]
            vocabulary.lowercases = lowercases
            return vocabulary
        }
    }

    struct Ties: Decodable, Sendable {
        let pieces: [String]
        let scores: [Double]
        let texts: [String]
        let ids: [[Int32]]
        let ends: [[Int]]
    }

    struct Normalization: Decodable, Sendable {
        let texts: [String]
        let results: [String: [String]]
        let hashes: [String: String]
    }

    struct SentencePiece: Decodable, Sendable {
        let texts: [String]
        let unigram: Tokens
        let unigramBytes: Tokens
        let bpe: Tokens
        let bpeBytes: Tokens
        let char: Tokens

        enum CodingKeys: String, CodingKey {
            case texts, unigram, bpe, char
            case unigramBytes = "unigram-bytes"
            case bpeBytes = "bpe-bytes"
        }

        subscript(name: String) -> Tokens? {
            ["unigram": unigram, "unigram-bytes": unigramBytes, "bpe": bpe, "bpe-bytes": bpeBytes, "char": char][name]
        }
    }

    /// A piece of BERT's with U+2581 before it if it begins a word, and without `##` if it goes on.
    static func asInGGUF(_ piece: String) -> String {
        let scalars = piece.unicodeScalars
        return scalars.starts(with: "##".unicodeScalars) ? String(scalars.dropFirst(2)) : "\u{2581}" + piece
    }

    static let sentencePieceNames = ["unigram", "unigram-bytes", "bpe", "bpe-bytes", "char"]

    static let words = Result { try load([String: [[Int]]].self, "words.json") }
    static let wordPieces = Result { try load([String: WordPieces].self, "word-piece.json") }
    static let ties = Result { try load(Ties.self, "unigram-ties.json") }
    static let normalization = Result { try load(Normalization.self, "normalization.json") }
    static let sentencePiece = Result { try load(SentencePiece.self, "sentence-piece.json") }
    static let longRuns = Result { try load([String: [Int32]].self, "long-runs.json") }
    /// A table for characters that makes all spaces one kind of space.
    static let spaces = Result { try load([String: String].self, "spaces.json") }
    static let real = Result { try load([String: Tokens].self, "real.json") }

    static func path(_ name: String) -> String {
        Goldens.packageRoot.appendingPathComponent("Tests/Fixtures/subwords/\(name)").path
    }

    static func model(_ name: String) throws -> Tokenizer {
        try Tokenizer(vocabulary: Vocabulary(sentencePieceModel: path("\(name).model")))
    }

    private static func load<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: path(name))))
    }
}
