import Diagnostics
import Foundation
import Generation
import ModelFiles
import Models
import Tensors
import Tokenizers

/// An encoder with the head that it was published with: a classifier of texts, or a cross-encoder that judges pairs of them.
///
/// Work is done one request after another, on a thread of its own.
package actor SequenceClassifier {
    package nonisolated let path: String
    package nonisolated let head: SequenceHead
    /// The most tokens of a text or a pair, those around them included.
    package nonisolated let window: Int
    private let encoder: TextEncoder
    private nonisolated let tokenizer: Tokenizer
    private nonisolated let thread: ModelThread

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Opens a GGUF file, or a folder in the layout of Hugging Face.
    /// - Throws: an error that says what is wrong with the files, or that there is no encoder or no head in them.
    package init(at path: String, threads: Int? = nil) throws {
        let (source, tokenizer) = try Self.open(path)
        guard let family = EncoderRegistry.family(of: try source.metadata.requireString("general.architecture")) else {
            throw ClassificationError.noHead(path: path)
        }
        let compute = try Compute(pool: WorkerPool(threads: threads ?? WorkerPool.machineThreads), kernels: Kernels.chosen())
        var options = EncoderOptions()
        options.globalTokens = family.head?.globalTokens ?? 0
        encoder = try TextEncoder(source: source, compute: compute, options: options)
        guard let head = try SequenceHead(source, width: encoder.configuration.width) else { throw ClassificationError.noHead(path: path) }
        self.head = head
        self.path = path
        self.tokenizer = tokenizer
        window = encoder.configuration.contextLength
        thread = ModelThread(label: "classifier \(path)")
    }

    private static func open(_ path: String) throws -> (source: any ModelSource, tokenizer: Tokenizer) {
        if FileManager.default.isFolder(atPath: path) {
            guard let source = try HuggingFaceSource(encoder: HuggingFaceFolder(path: path)) else {
                throw ClassificationError.noHead(path: path)
            }
            return (source, try Tokenizer(folder: path))
        }
        let model = try OpenedModel(GGUFFile(path: path))
        return (model.source, model.tokenizer)
    }

    /// A query and passages as the model is to see them, each with the query.
    ///
    /// - Parameter truncates: whether passages are cut that have no room beside the query; otherwise they are refused.
    /// - Throws: `EmbeddingError` for texts that are too long, `ClassificationError` for a tokenizer that knows no pairs.
    package nonisolated func pairs(_ query: String, _ passages: [String], truncates: Bool) throws -> [PreparedPair] {
        guard let frame = tokenizer.pairFrame else { throw ClassificationError.noPairs(path: path) }
        let first = tokenizer.encode(query), around = frame.framing(first, []).tokens.count
        return try passages.enumerated().map { index, passage in
            let second = tokenizer.encode(passage), excess = max(0, around + second.count - window)
            if excess > 0 {
                guard truncates else {
                    throw EmbeddingError.textTooLong(number: index + 1, tokens: around + second.count, window: window)
                }
                guard excess <= second.count else { throw EmbeddingError.noRoom(prefixTokens: around, window: window) }
            }
            let (tokens, secondPart) = frame.framing(first, Array(second.dropLast(excess)))
            return PreparedPair(text: EncoderText(tokens, secondPart: secondPart), cutTokens: excess)
        }
    }

    /// A text in windows that the model can see, none of it left out.
    package nonisolated func windows(of text: [UInt8]) throws -> [EncoderText] {
        try TextWindows.cut(tokenizer.encode(text), before: tokenizer.frame.before, after: tokenizer.frame.after, window: window)
            .map { EncoderText($0) }
    }

    /// The numbers of the head for each text, `[classes]`.
    /// - Throws: `Interrupted` where `cancellation` asks for it between passes.
    package func logits(
        of texts: [EncoderText], progress: ProgressHandler? = nil, cancellation: Cancellation? = nil
    ) throws -> [[Float]] {
        var logits: [[Float]] = [], done = 0
        let total = texts.reduce(0) { $0 + $1.tokens.count }
        for pass in TokenPasses.ranges(of: texts.map(\.tokens.count)) {
            try cancellation?.check("judging texts")
            logits += try encoder.states(of: Array(texts[pass])).map(head.logits)
            done += texts[pass].reduce(0) { $0 + $1.tokens.count }
            progress?(Progress("Judging", completed: done, total: total))
        }
        return logits
    }
}

/// A query and a passage as a model is to see them.
package struct PreparedPair: Sendable {
    package let text: EncoderText
    /// How many of the passage's tokens were left out at its end.
    package let cutTokens: Int
}
