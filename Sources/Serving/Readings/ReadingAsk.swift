import Generation
import ModelFiles

/// A question to a reading.
struct ReadingAsk: Sendable {
    let question: String
    let options: GenerationOptions
    let streams: Bool

    static let usualSources = 5
    static let mostSources = 100
    private static let usualMaxTokens = 256
    private static let mostTokens = 1 << 30

    /// - Parameter window: of the model; without a length being asked for, a reply takes no more than an eighth of it.
    init(_ value: JSONValue, window: Int) throws(APIError) {
        var fields = try Fields(value)
        question = try fields.requiredString("question")
        guard question.contains(where: { !$0.isWhitespace }) else { throw fields.mistyped("question", "a text that is not empty") }
        let sampling = SamplingOptions(
            temperature: try fields.number("temperature", in: 0...100) ?? 0,
            seed: try fields.seed())
        let usual = min(Self.usualMaxTokens, max(window / 8, 1))
        options = GenerationOptions(
            sampling: sampling, maxTokens: try fields.integer("max_tokens", in: 1...Self.mostTokens) ?? usual,
            sources: try fields.integer("sources", in: 0...Self.mostSources) ?? Self.usualSources)
        streams = try fields.bool("stream") ?? false
        try fields.finish()
    }
}
