import Generation
import ModelFiles

/// What chats and plain continuations have in common: how a reply is to be made and sent.
struct ReplyWishes: Sendable {
    var sampling: SamplingOptions
    /// nil where the request leaves it to the server.
    var maxTokens: Int?
    var stop: [String]
    /// Replies to the same prompt.
    var count: Int
    var streams: Bool
    /// Whether a stream tells at its end how many tokens there were.
    var includesUsage: Bool
    var reading: ReadingWishes

    /// As OpenAI's API has it: tokens are drawn as the model learned them, unless the request says otherwise.
    private static let usualTemperature = 1.0
    private static let mostReplies = 64
    private static let mostStops = 16
    private static let mostTokens = 1 << 30

    /// Reads what is common.
    /// - Parameter lengths: the names of the member that limits the reply, the newest first.
    init(_ fields: inout Fields, lengths: [String]) throws(APIError) {
        sampling = SamplingOptions(
            temperature: try fields.number("temperature", in: 0...100) ?? Self.usualTemperature,
            topK: try fields.integer("top_k", in: 1...Int(Int32.max)),
            topP: try fields.number("top_p", in: 0...1) ?? 1,
            minP: try fields.number("min_p", in: 0...1) ?? 0,
            repetitionPenalty: try fields.number("repetition_penalty", in: 0.01...100) ?? 1,
            seed: try fields.seed())
        for name in lengths {
            guard let tokens = try fields.integer(name, in: 1...Self.mostTokens) else { continue }
            maxTokens = maxTokens ?? tokens
        }
        stop = try fields.strings("stop", most: Self.mostStops) ?? []
        if stop.contains("") { throw fields.mistyped("stop", "made of texts that are not empty") }
        count = try fields.integer("n", in: 1...Self.mostReplies) ?? 1
        streams = try fields.bool("stream") ?? false
        includesUsage = try Self.streamOptions(&fields, streams: streams)
        reading = try ReadingWishes(&fields)
        try Self.readPenalties(&fields, into: &sampling)
        try Self.readRest(&fields)
    }

    private static func streamOptions(_ fields: inout Fields, streams: Bool) throws(APIError) -> Bool {
        guard let options = fields.value("stream_options") else { return false }
        guard streams else {
            throw .invalid("'stream_options' may stand only beside \"stream\": true.", parameter: "stream_options", code: "invalid_value")
        }
        var members = try Fields(options, at: "stream_options")
        let includesUsage = try members.bool("include_usage") ?? false
        members.passOver("include_obfuscation")
        try members.finish()
        return includesUsage
    }

    private static func readPenalties(_ fields: inout Fields, into sampling: inout SamplingOptions) throws(APIError) {
        let penalties = -2.0...2.0
        sampling.presencePenalty = try fields.number("presence_penalty", in: penalties) ?? 0
        sampling.frequencyPenalty = try fields.number("frequency_penalty", in: penalties) ?? 0
        guard let value = fields.value("logit_bias") else { return }
        let biases = value.object?.map { (Int32($0.key), $0.value.number ?? .infinity) } ?? [(nil, 0)]
        for (token, bias) in biases {
            guard let token, (-100...100).contains(bias) else {
                throw fields.mistyped("logit_bias", "an object that gives tokens, by their numbers, values from -100 to 100")
            }
            sampling.logitBias[token] = bias
        }
    }

    /// What OpenAI's API knows besides: what cannot change the reply is passed over, the rest refused by name.
    private static func readRest(_ fields: inout Fields) throws(APIError) {
        fields.passOver(
            "user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "prediction")
    }
}

/// How the request wants its prompt read, where it does not leave that to the server.
struct ReadingWishes: Sendable, Equatable {
    var method: String?
    var positions: String?
    var cacheType: String?
    var contextLength: Int?

    private static let longestContext = 1 << 40

    init(_ fields: inout Fields) throws(APIError) {
        method = try fields.string("method")
        positions = try fields.string("positions")
        cacheType = try fields.string("cache_type")
        contextLength = try fields.integer("context_length", in: 1...Self.longestContext)
    }

    /// Whether anything is asked for.
    var isEmpty: Bool { method == nil && positions == nil && cacheType == nil && contextLength == nil }

    /// The server's options with the request's in their place.
    func completing(_ usual: ReadingOptions) -> ReadingOptions {
        var options = usual
        if let method { options.method = AttentionMethod(method) }
        if let positions { options.positions = PositionsOption(positions) }
        if let cacheType { options.cacheType = cacheType }
        if let contextLength { options.contextLength = contextLength }
        return options
    }
}
