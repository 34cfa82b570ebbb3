import Attention
import Diagnostics
import KeyValues
import Models

/// How a text is read.
public struct ReadingOptions: Sendable {
    public var method: AttentionMethod
    /// How positions reach the scores: as the model has them, or stretched for longer texts.
    public var positions: PositionsOption
    /// Storage of cached keys and values: "bf16", "f16", "f32", "q8", or keys and values apart, "q8:q4".
    public var cacheType: String
    /// The chat frame by name ("chatml", "llama3", "plain", or "model" for the template that the model brings); `nil` takes the model's
    /// template, and where it has none that can be used, the frame that its vocabulary shows.
    public var frame: String?
    /// Instructions that stand before the text; `nil` takes those customary with the frame, "" none.
    public var system: String?
    /// The longest context in tokens that the model may be used with; `nil` takes what it was trained for, or what the position scheme
    /// makes of that.
    public var contextLength: Int?
    /// What stands around the text and what is asked about it.
    package var wording = PromptWording.question
    /// What `auto` chose, once it has.
    var choice: MethodChoice?

    public init(
        method: AttentionMethod = .full, positions: PositionsOption = .model, cacheType: String = "bf16", frame: String? = nil,
        system: String? = nil, contextLength: Int? = nil
    ) {
        self.method = method
        self.positions = positions
        self.cacheType = cacheType
        self.frame = frame
        self.system = system
        self.contextLength = contextLength
    }
}

/// The options resolved against one model: everything valid, nothing left open.
struct ResolvedReading {
    /// Set where the text is not read ahead but segment by segment for each question; `policy` then serves each of them.
    let segments: Segments?
    let policy: any AttentionPolicy
    let landmarks: LandmarkTokens?
    let positions: ChosenPositions
    let spec: CacheSpec
    let framing: any PromptFraming
    let prompt: DocumentPrompt
    /// What `auto` chose, and why.
    let choice: MethodChoice?
    /// What a person should know about frame and method.
    let notes: [String]

    /// The longest that a text may get, in tokens.
    var window: Int { positions.window }

    /// - Parameter answersOnly: whether a method will do that answers questions and can do nothing else.
    /// - Throws: a usage error for a method, positions, a cache type or a frame that cannot serve the model.
    init(_ options: ReadingOptions, decoder: Models.Decoder, answersOnly: Bool = false) throws {
        let types = try CacheTypes(options.cacheType)
        try self.init(options, decoder: decoder) { policy in
            try decoder.cacheSpec(keyType: types.keys, valueType: types.values, frame: policy.needs.frame ?? .page)
        }
        if segments != nil, !answersOnly { throw SegmentsError.asksOnly }
    }

    /// For a cache whose layout is given: that of a saved reading.
    /// - Throws: also where the method needs another layout.
    init(_ options: ReadingOptions, spec: CacheSpec, decoder: Models.Decoder) throws {
        try self.init(options, decoder: decoder) { _ in spec }
    }

    private init(_ options: ReadingOptions, decoder: Models.Decoder, spec: (any AttentionPolicy) throws -> CacheSpec) throws {
        positions = try decoder.positions(options.positions.specification, length: options.contextLength)
        let method = options.method.specification
        segments = try Segments(method)
        let asked = try segments == nil ? Self.policy(method, window: positions.window, decoder: decoder) : FullAttention()
        if asked.needs.ranksKeys, decoder.takesDistancesOff { throw AttentionError.distancesTakenOff(method: asked.name) }
        policy = try asked.needs.headScores.map { asked.divided(by: try HeadScores.find($0, decoder: decoder)) } ?? asked
        self.spec = try spec(policy)
        try policy.check(self.spec)
        landmarks = try LandmarkTokens(policy, tokenizer: decoder.tokenizer)
        let (framing, note) = try ChosenFrame.choose(named: options.frame, for: decoder.tokenizer)
        self.framing = framing
        prompt = try DocumentPrompt(framing: framing, system: options.system, wording: options.wording)
        choice = options.choice
        notes = [note, prompt.marks.note, choice?.sentence].compactMap { $0 }
    }

    /// Some methods are more than a policy.
    private static func policy(_ method: String, window: Int, decoder: Models.Decoder) throws -> any AttentionPolicy {
        guard method != AutomaticMethod.name else { throw NoLengthToChooseBy() }
        do throws(AttentionError) {
            return try PolicyRegistry.policy(method, window: window, layers: decoder.configuration.layers)
        } catch {
            guard case .unknownMethod(let name, let known) = error else { throw error }
            throw AttentionError.unknownMethod(name, known: known + [Segments.name, AutomaticMethod.name])
        }
    }

    /// An empty cache for one sequence. The decoder is told how long it may become, which is all that positions may depend on.
    /// - Parameter length: in tokens; `nil` where anything up to the window may follow.
    /// - Throws: `MemoryLimitError` for a limit below what the method needs.
    func makeCache(_ decoder: Models.Decoder, length: Int? = nil, arena: PageArena) throws(MemoryLimitError) -> KeyValueCache {
        let length = min(length ?? window, window)
        if let limit = arena.residents?.limit { try checkMemory(limit: limit, length: length, decoder: decoder) }
        return decoder.makeCache(spec, length: length, positions: positions, arena: arena)
    }

    /// Refuses methods that work on a text which has been read, where there is none.
    func checkServesWithoutText() throws(AttentionError) {
        guard policy.needs.watchedTokens == 0 else { throw .textMissing(method: policy.name) }
    }

    /// More than any reply has; keeps positions far from overflow.
    static let mostReserved = 1 << 40

    /// Refuses a text of which the method would show keys from farther away than the model was trained for.
    func checkWindow(tokens: Int, reserved: Int, decoder: Models.Decoder) throws(WindowError) {
        let last = tokens + min(reserved, Self.mostReserved) - 1
        guard decoder.farthest(seenBy: policy, position: max(0, last)) >= window else { return }
        throw .tooLong(
            tokens: tokens, reserved: reserved, window: window, method: policy.name, learned: decoder.learnedPositions)
    }
}
