import Attention
import Diagnostics
import KeyValues
import Models

/// How a text is read.
public struct ReadingOptions: Sendable {
    public var method: AttentionMethod
    /// Storage of cached keys and values: "bf16", "f16", "f32", "q8", or keys and values apart, "q8:q4".
    public var cacheType: String
    /// The chat frame by name ("chatml", "llama3", "plain", or "model" for the template that the model brings); `nil` takes the model's
    /// template, and where it has none that can be used, the frame that its vocabulary shows.
    public var frame: String?
    /// Instructions that stand before the text; `nil` takes those customary with the frame, "" none.
    public var system: String?
    /// The longest context in tokens that the model may be used with; `nil` takes what it was trained for.
    public var contextLength: Int?

    public init(
        method: AttentionMethod = .full, cacheType: String = "bf16", frame: String? = nil, system: String? = nil,
        contextLength: Int? = nil
    ) {
        self.method = method
        self.cacheType = cacheType
        self.frame = frame
        self.system = system
        self.contextLength = contextLength
    }
}

/// The options resolved against one model: everything valid, nothing left open.
struct ResolvedReading {
    let policy: any AttentionPolicy
    let spec: CacheSpec
    let framing: any PromptFraming
    let prompt: DocumentPrompt
    /// What a person should know about the frame.
    let notes: [String]
    let window: Int

    /// - Throws: a usage error for a method, cache type or frame that the model cannot serve.
    init(_ options: ReadingOptions, decoder: Models.Decoder) throws {
        let types = try CacheTypes(options.cacheType)
        try self.init(options, decoder: decoder) { policy in
            try decoder.cacheSpec(keyType: types.keys, valueType: types.values, frame: policy.needs.frame ?? .page)
        }
    }

    /// For a cache whose layout is given: that of a saved reading.
    /// - Throws: also where the method needs another layout.
    init(_ options: ReadingOptions, spec: CacheSpec, decoder: Models.Decoder) throws {
        try self.init(options, decoder: decoder) { policy in
            try policy.check(spec)
            return spec
        }
    }

    private init(_ options: ReadingOptions, decoder: Models.Decoder, spec: (any AttentionPolicy) throws -> CacheSpec) throws {
        window = options.contextLength ?? decoder.configuration.contextLength
        policy = try PolicyRegistry.policy(options.method.specification, window: window)
        self.spec = try spec(policy)
        let (framing, note) = try ChosenFrame.choose(named: options.frame, for: decoder.tokenizer)
        self.framing = framing
        prompt = try DocumentPrompt(framing: framing, system: options.system)
        notes = [note, prompt.marks.note].compactMap { $0 }
    }

    /// An empty cache for one sequence. The decoder is told how long it may become, which is all that positions may depend on.
    /// - Parameter length: in tokens; `nil` where anything up to the window may follow.
    /// - Throws: `MemoryLimitError` for a limit below what the method needs.
    func makeCache(_ decoder: Models.Decoder, length: Int? = nil, arena: PageArena) throws(MemoryLimitError) -> KeyValueCache {
        let length = min(length ?? window, window)
        if let limit = arena.residents?.limit { try checkMemory(limit: limit, length: length, decoder: decoder) }
        return decoder.makeCache(spec, length: length, arena: arena)
    }

    /// More than any reply has; keeps positions far from overflow.
    static let mostReserved = 1 << 40

    /// Refuses a text of which the method would show keys from farther away than the model was trained for.
    func checkWindow(tokens: Int, reserved: Int, decoder: Models.Decoder) throws(WindowError) {
        let last = tokens + min(reserved, Self.mostReserved) - 1
        guard decoder.farthest(seenBy: policy, position: max(0, last)) >= window else { return }
        throw .tooLong(
            tokens: tokens, reserved: reserved, window: window, method: policy.name, positions: decoder.learnedPositions)
    }
}

/// Storage types as they are written: one for both, or keys and values apart, "q8:q4".
struct CacheTypes {
    let keys: CacheType
    let values: CacheType

    /// - Throws: `CacheTypeError` for a name that is none.
    init(_ text: String) throws(CacheTypeError) {
        let names = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard names.count <= 2, let first = names.first, let last = names.last, let keys = CacheType(rawValue: first),
            let values = CacheType(rawValue: last)
        else { throw CacheTypeError(text: text) }
        self.keys = keys
        self.values = values
    }
}

/// A cache type that does not exist.
struct CacheTypeError: Failure {
    let text: String

    var kind: FailureKind { .usage }

    var description: String {
        "\"\(text)\" is no cache type; there are \(CacheType.allCases.map(\.rawValue).joined(separator: ", ")), "
            + "or two of them for keys and values apart, such as q8:q4."
    }
}
