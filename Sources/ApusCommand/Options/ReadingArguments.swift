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

/// How a text or a conversation is presented to the model.
struct FrameArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How turns are marked: chatml, llama3 or plain. (default: as the model's vocabulary shows)", valueName: "name"))
    var frame: String?

    @Option(
        help: ArgumentHelp("Instructions that stand before everything else; \"\" for none.", valueName: "text"))
    var system: String?
}

/// Options that were given and cannot have an effect are refused, never passed over.
enum IdleOptions {
    /// - Parameters:
    ///   - options: names, and whether each was given.
    ///   - reason: why they have no effect, as it reads after "because".
    /// - Throws: a usage error that names all that were given.
    static func refuse(_ options: [(name: String, isGiven: Bool)], because reason: String) throws(CommandFailure) {
        let given = options.filter(\.isGiven).map(\.name)
        guard let message = message(given, reason: reason) else { return }
        throw .usage(message)
    }

    /// nil if nothing was given.
    static func message(_ names: [String], reason: String) -> String? {
        guard let last = names.last else { return nil }
        let list = names.count == 1 ? last : names.dropLast().joined(separator: ", ") + " and " + last
        return "\(list) \(names.count == 1 ? "has" : "have") no effect here, because \(reason)."
    }
}
