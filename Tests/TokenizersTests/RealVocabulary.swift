import Foundation
import ModelFiles
import Synchronization
import Testing

@testable import Tokenizers

/// Vocabularies of published models and texts with their tokens. They lie beside the repository where there are any, in
/// `../shared/data/tokenizers`; tests that need them are skipped elsewhere.
struct RealVocabulary: Sendable, CustomTestStringConvertible {
    enum Origin: Sendable {
        /// A GGUF file without weights.
        case gguf
        /// `vocab.json` and `merges.txt` in a folder, to be cut into words as a pre-tokenizer says.
        case merges(folder: String, preTokenizer: String)
        /// A `tiktoken` file.
        case ranks(path: String, preTokenizer: String)
    }

    let name: String
    let origin: Origin
    /// Whether texts come back from their tokens as they were.
    var keepsText: Bool { name != "bert-bge" }
    /// The vectors' path without `.inp` and `.out`.
    let vectors: String

    var testDescription: String { name }

    static let folder = Goldens.packageRoot.deletingLastPathComponent().appendingPathComponent("shared/data/tokenizers")
    static let areThere = FileManager.default.fileExists(atPath: folder.path)

    static let all =
        ["llama-spm", "phi-3", "gpt-2", "mpt", "starcoder", "falcon", "deepseek-coder", "bert-bge"].map { name in
            let path = "ggml-vocab-\(name)/ggml-vocab-\(name).gguf"
            return RealVocabulary(name: name, origin: .gguf, vectors: path)
        } + [
            RealVocabulary(
                name: "qwen2", origin: .merges(folder: "qwen2", preTokenizer: "qwen2"), vectors: "qwen2/ggml-vocab-qwen2.gguf"),
            RealVocabulary(
                name: "deepseek-r1-qwen", origin: .merges(folder: "qwen2", preTokenizer: "deepseek-r1-qwen"),
                vectors: "vectors-only/ggml-vocab-deepseek-r1-qwen.gguf"),
            RealVocabulary(
                name: "llama-bpe", origin: .ranks(path: "llama3-tiktoken/tokenizer.model", preTokenizer: "llama-bpe"),
                vectors: "llama3-tiktoken/ggml-vocab-llama-bpe.gguf"),
        ]

    static func named(_ name: String) throws -> Tokenizer {
        guard let found = all.first(where: { $0.name == name }) else { throw CocoaError(.fileNoSuchFile) }
        return try found.tokenizer()
    }

    private static let opened = Mutex<[String: Tokenizer]>([:])

    /// The tokenizer, opened once for all tests.
    func tokenizer() throws -> Tokenizer {
        try Self.opened.withLock { opened in
            if let tokenizer = opened[name] { return tokenizer }
            let tokenizer = try open()
            opened[name] = tokenizer
            return tokenizer
        }
    }

    private func open() throws -> Tokenizer {
        switch origin {
        case .gguf: try Tokenizer(gguf: GGUFFile(path: Self.folder.appendingPathComponent(vectors).path))
        case .merges(let folder, let preTokenizer): try Self.fromMerges(folder, preTokenizer)
        case .ranks(let path, let preTokenizer): try Self.fromRanks(path, preTokenizer)
        }
    }

    /// The texts of the vectors and their tokens.
    func cases() throws -> [(text: String, ids: [Int32])] {
        let input = try Self.read("\(vectors).inp")
        let output = try Self.read("\(vectors).out").split(separator: "\n", omittingEmptySubsequences: false)
        let texts = input.components(separatedBy: "\n__ggml_vocab_test__\n")
        return zip(texts, output).map { ($0, $1.split(separator: " ").compactMap { Int32($0) }) }
    }

    private static func read(_ path: String) throws -> String {
        try String(decoding: Data(contentsOf: folder.appendingPathComponent(path)), as: UTF8.self)
    }

    private static func fromMerges(_ path: String, _ preTokenizer: String) throws -> Tokenizer {
        let json = try JSONDecoder().decode([String: Int].self, from: Data(read("\(path)/vocab.json").utf8))
        let pieces = json.sorted { $0.value < $1.value }.map(\.key)
        let lines = try read("\(path)/merges.txt").unicodeScalars.split { $0 == "\r" || $0 == "\n" }
        var vocabulary = Vocabulary(source: path, model: .byteLevel, pieces: PieceList(pieces))
        vocabulary.merges = .listed(PieceList(lines.filter { !$0.starts(with: "#version".unicodeScalars) }.map { String($0) }))
        vocabulary.preTokenizer = preTokenizer
        return try Tokenizer(vocabulary: vocabulary)
    }

    private static func fromRanks(_ path: String, _ preTokenizer: String) throws -> Tokenizer {
        var vocabulary = try Vocabulary(sentencePieceModel: folder.appendingPathComponent(path).path)
        vocabulary.preTokenizer = preTokenizer
        return try Tokenizer(vocabulary: vocabulary)
    }
}
