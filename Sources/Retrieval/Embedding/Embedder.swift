import Attention
import Diagnostics
import Generation
import KeyValues
import Models
import Tensors
import Tokenizers

/// A model that makes a vector of a text: an encoder, or a decoder whose last states serve.
///
/// Work is done one request after another, on a thread of its own.
package actor Embedder {
    package nonisolated let path: String
    package nonisolated let pooling: Pooling
    /// Whether vectors are brought to a length of 1.
    package nonisolated let normalizes: Bool
    /// The most tokens of a text, those around it included.
    package nonisolated let window: Int
    /// Numbers in a vector.
    package nonisolated let dimensions: Int
    /// What the model wants before every text for which nothing else is asked.
    package nonisolated let usualPrefix: String

    private let network: EmbeddingNetwork
    private nonisolated let tokenizer: Tokenizer
    private nonisolated let lowercases: Bool
    private nonisolated let thread: ModelThread

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - path: a GGUF file or a folder in the layout of Hugging Face.
    ///   - pooling: in place of what the files say.
    ///   - normalizes: in place of what the files say; where these are silent, vectors get a length of 1.
    ///   - options: how texts are read, where not as the files say.
    ///   - threads: how many threads compute; nil for all of the machine's cores.
    /// - Throws: an error that says what is wrong with the files, that neither they nor the caller say how to pool, or that an option cannot
    ///   serve the model.
    package init(
        at path: String, pooling: Pooling? = nil, normalizes: Bool? = nil, options: EncoderOptions = EncoderOptions(), threads: Int? = nil
    ) throws {
        let files = try EmbeddingSource(path: path)
        guard let pooling = pooling ?? files.pooling else { throw EmbeddingError.unknownPooling(path: path) }
        let compute = try Compute(pool: WorkerPool(threads: threads ?? WorkerPool.machineThreads), kernels: Kernels.chosen())
        network = try EmbeddingNetwork(files, options: options, compute: compute)
        self.path = path
        self.pooling = pooling
        self.normalizes = normalizes ?? files.settings.normalizes ?? true
        tokenizer = files.tokenizer
        lowercases = files.settings.lowercases
        usualPrefix = files.settings.prefix
        window = options.choosesLength ? network.window : min(network.window, files.settings.window ?? .max)
        dimensions = network.configuration.width
        thread = ModelThread(label: "embedder \(path)")
    }

    /// The tokens of texts as the model is to see them.
    ///
    /// - Parameters:
    ///   - prefix: stands before every text, as some models want it ("query: "); nil for the model's usual one.
    ///   - truncates: whether texts beyond the window are cut at its end; otherwise they are refused.
    /// - Throws: `EmbeddingError` for texts that are too long, or have no tokens at all.
    package nonisolated func prepare(_ texts: [[UInt8]], prefix: String? = nil, truncates: Bool = false) throws -> [PreparedText] {
        let prefix = Array((prefix ?? usualPrefix).utf8)
        return try texts.enumerated().map { index, text in
            try framed(tokenizer.encode(lowercased(prefix + text)), number: index + 1, truncates: truncates)
        }
    }

    /// How many tokens a text has, without prefix and those around it.
    package nonisolated func tokenCount(_ text: ArraySlice<UInt8>) -> Int { tokenizer.encode(lowercased(Array(text))).count }

    /// The most tokens of a text behind a prefix, those around it left out.
    /// - Throws: `EmbeddingError` where the prefix leaves no room.
    package nonisolated func room(prefix: String? = nil) throws -> Int {
        let taken = framingTokens(prefix: prefix)
        guard taken < window else { throw EmbeddingError.noRoom(prefixTokens: taken, window: window) }
        return window - taken
    }

    /// Texts that come as the model's tokens, without those around a text.
    /// - Throws: `EmbeddingError` also for a token that the model does not have.
    package nonisolated func prepare(tokens texts: [[Int32]]) throws -> [PreparedText] {
        let known = 0..<Int32(tokenizer.vocabularyCount)
        return try texts.enumerated().map { index, ids in
            if let token = ids.first(where: { !known.contains($0) }) {
                throw EmbeddingError.foreignToken(number: index + 1, token: token, vocabulary: tokenizer.vocabularyCount)
            }
            return try framed(ids, number: index + 1, truncates: false)
        }
    }

    /// A text in windows, the model's usual prefix before each: of all that it says nothing is left out, unless only its beginning is wanted.
    ///
    /// - Parameter firstTokens: how many tokens to read, those around the text included; nil: all.
    /// - Returns: the windows, and how many tokens of the text are in none of them.
    package nonisolated func windows(
        of text: [UInt8], firstTokens: Int? = nil
    ) throws(EmbeddingError) -> (windows: [PreparedText], cutTokens: Int) {
        let prefix = tokenizer.encode(lowercased(Array(usualPrefix.utf8)))
        let frame = (before: tokenizer.frame.before + prefix, after: tokenizer.frame.after)
        let ids = tokenizer.encode(lowercased(text)), around = frame.before.count + frame.after.count
        let most = firstTokens.map { max(0, $0 - around) } ?? .max
        guard most > 0 else { throw .noRoom(prefixTokens: around, window: firstTokens ?? 0) }
        let cut = try TextWindows.cut(
            Array(ids.prefix(most)), before: frame.before, after: frame.after, window: min(window, firstTokens ?? window))
        return (cut.map { PreparedText(tokens: $0, cutTokens: 0) }, max(0, ids.count - most))
    }

    private nonisolated func framed(_ ids: [Int32], number: Int, truncates: Bool) throws -> PreparedText {
        let frame = tokenizer.frame, around = frame.before.count + frame.after.count
        let excess = max(0, ids.count + around - window)
        if excess > 0 {
            guard truncates else { throw EmbeddingError.textTooLong(number: number, tokens: ids.count + around, window: window) }
            guard excess < ids.count else { throw EmbeddingError.noRoom(prefixTokens: around, window: window) }
        }
        let tokens = frame.before + ids.dropLast(excess) + frame.after
        guard !tokens.isEmpty else { throw EmbeddingError.noTokens(number: number) }
        return PreparedText(tokens: tokens, cutTokens: excess)
    }

    /// How many tokens a text has, without those that the model wants around it.
    package nonisolated func tokenCount(of text: String) -> Int { tokenCount(Array(text.utf8)[...]) }

    /// How many tokens stand around a text: the model's own and those of a prefix; nil for the model's usual one.
    package nonisolated func framingTokens(prefix: String?) -> Int {
        tokenizer.frame.before.count + tokenizer.frame.after.count + tokenCount(of: prefix ?? usualPrefix)
    }

    /// The vectors of texts, `[dimensions]` each. Short ones share a pass through the layers, without padding; a vector does not depend
    /// on the texts beside it.
    /// - Throws: `Interrupted` where `cancellation` asks for it between passes.
    package func embed(
        _ texts: [PreparedText], progress: ProgressHandler? = nil, cancellation: Cancellation? = nil
    ) throws -> [[Float]] {
        var vectors: [[Float]] = []
        let total = texts.reduce(0) { $0 + $1.tokens.count }
        var done = 0
        for pass in TokenPasses.ranges(of: texts.map { network.rowCount(tokens: $0.tokens.count) }) {
            try cancellation?.check("embedding texts")
            let tokens = texts[pass].map(\.tokens)
            for states in try states(of: tokens) {
                let vector = network.finished(pooling.vector(of: states))
                vectors.append(normalizes ? vector.normalized : vector)
            }
            done += tokens.reduce(0) { $0 + $1.count }
            progress?(Progress("Embedding", completed: done, total: total))
        }
        return vectors
    }

    /// Some models know small letters only, and their tokenizer does not say so.
    private nonisolated func lowercased(_ text: [UInt8]) -> [UInt8] {
        lowercases ? Array(String(decoding: text, as: UTF8.self).lowercased().utf8) : text
    }

    /// The states that pooling needs, of texts that share a pass.
    func states(of texts: [[Int32]]) throws -> [Tensor] { try network.states(of: texts, wanted: pooling.wanted) }

    /// How many tokens the model knows.
    var vocabulary: Int { network.configuration.vocabulary }
}

/// A text as a model is to see it.
package struct PreparedText: Sendable {
    /// With those that the model wants around a text.
    package let tokens: [Int32]
    /// How many of the text's tokens were left out at its end.
    package let cutTokens: Int
}
