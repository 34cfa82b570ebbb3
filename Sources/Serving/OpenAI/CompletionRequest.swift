import Generation
import ModelFiles

/// A request to `/v1/completions`: texts to be continued as they stand.
struct CompletionRequest: Sendable {
    let model: String?
    let prompts: [RequestPrompt]
    let wishes: ReplyWishes
    /// How many alternatives to report for each token; nil reports no probabilities.
    let logProbabilities: Int?

    /// As OpenAI's API has it.
    static let usualMaxTokens = 16
    private static let mostAlternatives = 20
    private static let mostPrompts = 64
    private static let mostReplies = 128

    init(_ value: JSONValue) throws(APIError) {
        var fields = try Fields(value)
        model = try fields.string("model")
        prompts = try Self.prompts(&fields)
        wishes = try ReplyWishes(&fields, lengths: ["max_tokens"])
        guard prompts.count * wishes.count <= Self.mostReplies else {
            throw .invalid(
                "One request may ask for \(Self.mostReplies) replies, all prompts together.", parameter: "n", code: "invalid_value")
        }
        logProbabilities = try fields.integer("logprobs", in: 0...Self.mostAlternatives)
        try fields.refuse("echo", unless: [false], because: "the reply holds what is new alone")
        try fields.refuse("suffix", unless: [""], because: "texts are continued at their end")
        try fields.refuse("best_of", unless: [.integer(wishes.count)], because: "take n, and choose among the replies")
        try fields.finish()
    }

    /// A text, tokens, or an array of either.
    private static func prompts(_ fields: inout Fields) throws(APIError) -> [RequestPrompt] {
        guard let value = fields.value("prompt") else { throw fields.missing("prompt") }
        if let prompt = prompt(value) { return [prompt] }
        let prompts = (value.array ?? []).map(prompt)
        guard (1...mostPrompts).contains(prompts.count), !prompts.contains(where: { $0 == nil }) else {
            throw fields.mistyped("prompt", "a string, an array of tokens, or an array of up to \(mostPrompts) of either")
        }
        return prompts.compactMap { $0 }
    }

    private static func prompt(_ value: JSONValue) -> RequestPrompt? {
        if let text = value.string { return .text(Array(text.utf8)) }
        guard let tokens = value.array?.map({ $0.wholeNumber.flatMap(Int32.init(exactly:)) }), !tokens.isEmpty, !tokens.contains(nil) else {
            return nil
        }
        return .tokens(tokens.compactMap { $0 })
    }
}
