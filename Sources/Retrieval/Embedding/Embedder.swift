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

    private let network: Network
    private nonisolated let tokenizer: Tokenizer
    private nonisolated let lowercases: Bool
    private nonisolated let thread: ModelThread

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - path: a GGUF file or a folder in the layout of Hugging Face.
    ///   - pooling: in place of what the files say.
    ///   - normalizes: in place of what the files say; where these are silent, vectors get a length of 1.
    ///   - threads: how many threads compute; nil for all of the machine's cores.
    /// - Throws: an error that says what is wrong with the files, or that neither they nor the caller say how to pool.
    package init(at path: String, pooling: Pooling? = nil, normalizes: Bool? = nil, threads: Int? = nil) throws {
        let files = try EmbeddingSource(path: path)
        guard let pooling = pooling ?? files.pooling else { throw EmbeddingError.unknownPooling(path: path) }
        let compute = try Compute(pool: WorkerPool(threads: threads ?? WorkerPool.machineThreads), kernels: Kernels.chosen())
        network = try Network(files, compute: compute)
        self.path = path
        self.pooling = pooling
        self.normalizes = normalizes ?? files.settings?.normalizes ?? true
        tokenizer = files.tokenizer
        lowercases = files.settings?.lowercases ?? false
        usualPrefix = files.settings?.prefix ?? ""
        window = min(network.configuration.contextLength, files.settings?.window ?? .max)
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
        let taken = tokenizer.frame.before.count + tokenizer.frame.after.count + tokenCount(Array((prefix ?? usualPrefix).utf8)[...])
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

    /// The vectors of texts, `[dimensions]` each. Short ones share a pass through the layers, without padding; a vector does not depend
    /// on the texts beside it.
    /// - Throws: `Interrupted` where `cancellation` asks for it between passes.
    package func embed(
        _ texts: [PreparedText], progress: ProgressHandler? = nil, cancellation: Cancellation? = nil
    ) throws -> [[Float]] {
        var vectors: [[Float]] = []
        let total = texts.reduce(0) { $0 + $1.tokens.count }
        var done = 0
        for pass in Self.passes(texts) {
            try cancellation?.check("embedding texts")
            let tokens = texts[pass].map(\.tokens)
            for states in try network.states(of: tokens) {
                let vector = pooling.vector(of: states)
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

    /// Rows that keep the products busy; more would only take memory.
    private static let tokensPerPass = 4096

    /// Neighbours that go through the layers together.
    private static func passes(_ texts: [PreparedText]) -> [Range<Int>] {
        var passes: [Range<Int>] = [], first = 0, tokens = 0
        for (index, text) in texts.enumerated() {
            if index > first, tokens + text.tokens.count > tokensPerPass {
                passes.append(first..<index)
                (first, tokens) = (index, 0)
            }
            tokens += text.tokens.count
        }
        return first < texts.count ? passes + [first..<texts.count] : passes
    }
}

/// A text as a model is to see it.
package struct PreparedText: Sendable {
    /// With those that the model wants around a text.
    package let tokens: [Int32]
    /// How many of the text's tokens were left out at its end.
    package let cutTokens: Int
}

/// What runs the layers.
private enum Network: Sendable {
    case encoder(TextEncoder)
    case decoder(Models.Decoder)

    init(_ files: EmbeddingSource, compute: Compute) throws {
        self =
            files.isEncoder
            ? .encoder(try TextEncoder(source: files.source, compute: compute))
            : .decoder(try Models.Decoder(source: files.source, tokenizer: files.tokenizer, compute: compute))
    }

    var configuration: DecoderConfiguration {
        switch self {
        case .encoder(let encoder): encoder.configuration
        case .decoder(let decoder): decoder.configuration
        }
    }

    /// Final states of each text, `[tokens, width]`.
    func states(of texts: [[Int32]]) throws -> [Tensor] {
        switch self {
        case .encoder(let encoder): return try encoder.states(of: texts)
        case .decoder(let decoder):
            let spec = try decoder.cacheSpec(keyType: .f32, valueType: .f32), arena = PageArena()
            let runs = texts.map { tokens in
                SequenceRun(tokens: tokens, cache: decoder.makeCache(spec, arena: arena), policy: FullAttention(), wanted: .all)
            }
            return try decoder.states(of: runs).compactMap(\.self)
        }
    }
}
