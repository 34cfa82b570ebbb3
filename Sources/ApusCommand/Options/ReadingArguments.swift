import ArgumentParser
import Generation

/// How a text is read: what each token may look back at, and how that is kept.
struct ReadingArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How far each token looks back: full, sliding:W (the last W tokens), streaming:S:W (the first S and the last W), auto, or "
                + "another that docs/methods.md describes.",
            valueName: "method"))
    var method: String?

    @Option(
        help: ArgumentHelp(
            "How positions are stretched for longer texts: model (as they are), linear:F, ntk:F, dynamic-ntk:F, ntk-by-parts:F, yarn:F, "
                + "llama3:F, longrope, truncated:T, power:K, abf:BASE, clex:FILE, none; with +log behind it queries are sharpened with their "
                + "position. (default: model)", valueName: "scheme"))
    var positions: String?

    @Option(
        help: ArgumentHelp(
            "Use the model with a context of this many tokens. (default: what it was trained for, or what --positions makes of that)",
            valueName: "tokens"))
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

    @Option(
        help: ArgumentHelp(
            "Read as `apus fit` found best: the profile that it wrote, or \(ReadingArguments.keptProfile) for the last one of this model. "
                + "What is chosen by other options is left as it is.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var profile: String?

    /// Goes for the profile that is kept for a model.
    static let keptProfile = "fit"

    func validate() throws {
        if let contextLength, contextLength < 1 {
            throw ValidationError("--context-length must be at least 1, not \(contextLength).")
        }
    }

    var chosenMethod: AttentionMethod? { method.map { AttentionMethod($0) } }
    var chosenPositions: PositionsOption? { positions.map { PositionsOption($0) } }

    /// The library's options.
    ///
    /// - Parameter fallback: the method where none is named.
    func options(method fallback: AttentionMethod = .full, frame: FrameArguments? = nil) -> ReadingOptions {
        var options = ReadingOptions(
            method: chosenMethod ?? fallback, positions: chosenPositions ?? .model, frame: frame?.frame, system: frame?.system,
            contextLength: contextLength)
        if let cacheType { options.cacheType = cacheType }
        return options
    }
}
