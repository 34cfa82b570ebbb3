import ArgumentParser
import Generation

/// How a text is read: what each token may look back at, and how that is kept.
struct ReadingArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How far each token looks back: full, sliding:W (the last W tokens) or streaming:S:W (the first S and the last W).",
            valueName: "method"))
    var method: String?

    @Option(
        help: ArgumentHelp(
            "Use the model with a context of this many tokens. (default: what it was trained for)", valueName: "tokens"))
    var contextLength: Int?

    @Option(
        help: ArgumentHelp(
            "How keys and values are kept: bf16, f16, f32 or q8, or one for each, such as q8:q4. (default: bf16)", valueName: "type"))
    var cacheType: String?

    @Option(
        help: ArgumentHelp(
            "The most memory that keys and values may take, such as 4GiB; what passes it lies in files. (default: no limit)",
            valueName: "size"))
    var memoryLimit: ByteSize?

    func validate() throws {
        if let contextLength, contextLength < 1 {
            throw ValidationError("--context-length must be at least 1, not \(contextLength).")
        }
    }

    var chosenMethod: AttentionMethod? { method.map { AttentionMethod($0) } }

    /// The library's options.
    ///
    /// - Parameter fallback: the method where none is named.
    func options(method fallback: AttentionMethod = .full, frame: FrameArguments? = nil) -> ReadingOptions {
        var options = ReadingOptions(
            method: chosenMethod ?? fallback, frame: frame?.frame, system: frame?.system, contextLength: contextLength)
        if let cacheType { options.cacheType = cacheType }
        return options
    }
}
