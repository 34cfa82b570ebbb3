import Attention
import Generation
import KeyValues
import Models
import Tensors

/// What runs the layers for an embedder.
enum EmbeddingNetwork: Sendable {
    case encoder(TextEncoder)
    case decoder(Models.Decoder, DecoderReading)

    /// How a decoder reads texts that are to be embedded.
    struct DecoderReading: Sendable {
        let positions: ChosenPositions?
        let policy: any AttentionPolicy
        let window: Int
    }

    /// - Throws: where the files or the options cannot serve.
    init(_ files: EmbeddingSource, options: EncoderOptions, compute: Compute) throws {
        if files.isEncoder {
            self = .encoder(try TextEncoder(source: files.source, compute: compute, options: options))
            return
        }
        let decoder = try Models.Decoder(source: files.source, tokenizer: files.tokenizer, compute: compute)
        self = .decoder(decoder, try Self.reading(options, decoder))
    }

    /// - Throws: `PositionError`, `AttentionError` or `EncoderError` for what is not for decoders, or not for this one.
    private static func reading(_ options: EncoderOptions, _ decoder: Models.Decoder) throws -> DecoderReading {
        let trained = decoder.configuration.contextLength
        guard options.temperatureScale == 1 else { throw EmbeddingError.onlyEncoders(option: "--temperature-scale") }
        guard options.padding == nil else { throw EmbeddingError.onlyEncoders(option: "--padding") }
        guard options.globalTokens == 0 else { throw EmbeddingError.onlyEncoders(option: "--global-tokens") }
        let positions = try options.positions.map { try decoder.positions($0, length: options.contextLength) }
        let policy = try options.method.map {
            try PolicyRegistry.policy($0, window: trained, layers: decoder.configuration.layers)
        }
        guard policy == nil || policy is FullAttention || policy is SelfExtend else {
            throw EncoderError.methodCannotServe(method: options.method ?? "", reason: "vectors are made with full and selfextend only")
        }
        let reaches = [positions?.window, (policy as? SelfExtend)?.reach(ofWindow: trained)]
        return DecoderReading(
            positions: positions, policy: policy ?? FullAttention(),
            window: options.contextLength ?? reaches.compactMap(\.self).max() ?? trained)
    }

    var configuration: DecoderConfiguration {
        switch self {
        case .encoder(let encoder): encoder.configuration
        case .decoder(let decoder, _): decoder.configuration
        }
    }

    /// The most tokens of a text.
    var window: Int {
        switch self {
        case .encoder(let encoder): encoder.window
        case .decoder(_, let reading): reading.window
        }
    }

    /// How many rows go through the layers for a text of so many tokens.
    func rowCount(tokens: Int) -> Int {
        switch self {
        case .encoder(let encoder): encoder.rowCount(tokens: tokens)
        case .decoder: tokens
        }
    }

    /// What becomes of a pooled vector, `[width]`, by the model's own last layer, if it has one.
    func finished(_ vector: [Float]) -> [Float] {
        switch self {
        case .encoder(let encoder): encoder.finished(vector)
        case .decoder: vector
        }
    }

    /// Final states of each text, `[wanted tokens, width]`.
    func states(of texts: [[Int32]], wanted: WantedRows) throws -> [Tensor] {
        switch self {
        case .encoder(let encoder): return try encoder.states(of: texts, wanted: wanted)
        case .decoder(let decoder, let reading):
            let spec = try decoder.cacheSpec(keyType: .f32, valueType: .f32, frame: reading.policy.needs.frame ?? .page)
            let arena = PageArena()
            let runs = texts.map { tokens in
                SequenceRun(
                    tokens: tokens, cache: decoder.makeCache(spec, positions: reading.positions, arena: arena), policy: reading.policy,
                    wanted: wanted)
            }
            return try decoder.states(of: runs).compactMap(\.self)
        }
    }
}
