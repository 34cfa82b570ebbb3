/// What a generation is asked for.
public struct GenerationOptions: Sendable {
    /// How each token is chosen.
    public var sampling: SamplingOptions
    /// The most tokens to generate.
    public var maxTokens: Int
    /// Text that ends the generation; it is not part of the reply.
    public var stop: [String]
    /// How many passages to report as sources; 0 spares the work of finding them.
    public var sources: Int
    /// What the reply must look like; nil: like anything. A reply that `maxTokens` or a stop string cuts off is the beginning of such a text.
    package var grammar: ReplyGrammar?
    /// How many alternatives to report for each token, with their log-probabilities; nil: tokens are not reported.
    package var alternatives: Int?

    public init(sampling: SamplingOptions = SamplingOptions(), maxTokens: Int = 256, stop: [String] = [], sources: Int = 0) {
        self.sampling = sampling
        self.maxTokens = maxTokens
        self.stop = stop
        self.sources = sources
    }
}

/// Why a generation ended.
public enum StopReason: String, Sendable, Codable {
    /// The model said that it was done.
    case endOfText = "end_of_text"
    /// One of the stop strings appeared.
    case stopString = "stop_string"
    /// `maxTokens` were generated.
    case length
}

/// What a generation did, once it is over.
public struct GenerationReport: Sendable {
    /// Tokens by what happened to them.
    public struct Tokens: Sendable, Codable {
        /// All tokens before the first generated one.
        public var prompt = 0
        /// Those of them that had been read before.
        public var reused = 0
        /// Those that the method has given up and no query can reach any more.
        public var dropped = 0
        /// Those that the last generated token's attention visited (the mean over all layers and heads).
        public var visited = 0
        public var generated = 0
        /// How surprising those of the prompt that were read were on average, in nats; nil where the method does not ask.
        public var surprisal: Double?
    }

    /// Durations in seconds.
    public struct Timing: Sendable, Codable {
        /// Reading the part of the prompt that had not been read before.
        public var readSeconds = 0.0
        /// From the start of the request to the first generated token.
        public var firstTokenSeconds = 0.0
        /// Generated tokens after the first, over the time that they took.
        public var tokensPerSecond = 0.0
    }

    public internal(set) var text = ""
    public internal(set) var tokens = Tokens()
    public internal(set) var timing = Timing()
    public internal(set) var sources: [Passage] = []
    /// What became of the segments that a text was asked by; none where it was read as a whole.
    public internal(set) var segments: [ScoredSegment] = []
    public internal(set) var method = ""
    /// Why that method, where it was chosen automatically.
    public internal(set) var choice: MethodChoice?
    public internal(set) var positions = "model"
    public internal(set) var stopReason = StopReason.length
    /// Bytes of keys and values that it held at its end, those that it shares with others included.
    public internal(set) var cacheBytes = 0
}

/// What a stream of generation yields: text as it comes, and with the last piece what was done.
public struct GeneratedPiece: Sendable {
    /// Whole characters; empty in the last piece.
    public let text: String
    /// Present in the last piece only.
    public let report: GenerationReport?
}

/// A passage of the text that an answer rests on.
public struct Passage: Sendable, Codable {
    /// The file as the person named it.
    public let file: String
    /// Byte offsets in that file.
    public let start: Int
    public let end: Int
    public let text: String
    /// Share of the attention that the answer's tokens paid to the text, 0 to 1.
    public let weight: Double
}
