import ApusTesting
import Foundation
import ModelFiles
import Models
import Tensors
import Testing

/// A tiny encoder's folder in the layout of `sentence-transformers`.
struct SentenceFolder {
    let temporary: TemporaryFolder
    let checkpoint: TinyCheckpoint
    var path: String { temporary.path }

    init(_ name: String = "bert", modules: [String] = ["Transformer", "Pooling", "Normalize"]) throws {
        temporary = try TemporaryFolder()
        checkpoint = try TinyCheckpoint(encoderNamed: name)
        try checkpoint.write(to: temporary.path, tokenizer: true)
        let list = modules.map {
            "{\"type\": \"sentence_transformers.models.\($0)\", \"path\": \"\($0 == "Pooling" ? "1_Pooling" : "")\"}"
        }
        try write("[\(list.joined(separator: ", "))]", "modules.json")
        try pool("pooling_mode_mean_tokens")
    }

    func write(_ text: String, _ name: String) throws {
        let url = URL(fileURLWithPath: "\(path)/\(name)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func pool(_ mode: String) throws {
        try write("{\"word_embedding_dimension\": 32, \"pooling_mode_cls_token\": false, \"\(mode)\": true}", "1_Pooling/config.json")
    }

    /// The states that the encoder itself finds.
    func states(_ tokens: [Int32]) throws -> [[Float]] {
        let source = try #require(try HuggingFaceSource(encoder: HuggingFaceFolder(path: path)))
        let states = try TextEncoder(source: source, compute: Compute(pool: WorkerPool(threads: 1))).states(of: [tokens])[0]
        return (0..<states.rows).map { states.withRow($0, Array.init) }
    }
}
