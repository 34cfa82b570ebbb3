import Generation
import ModelFiles

/// Makes completions of what generations yield, one for each prompt: chunk by chunk, or one object at the end.
struct CompletionReply: Sendable {
    private struct Choice: Sendable {
        var text = ""
        var tokens: [ChosenToken] = []
        var finishReason: String?
    }

    private let head: ReplyHead
    private let reportsProbabilities: Bool
    /// Replies to each prompt.
    private let count: Int
    private var choices: [Choice]
    private(set) var usage = TokenUsage()

    private static let kind = "text_completion"

    init(head: ReplyHead, request: CompletionRequest) {
        self.head = head
        reportsProbabilities = request.logProbabilities != nil
        count = request.wishes.count
        choices = Array(repeating: Choice(), count: request.prompts.count * count)
    }

    /// Takes in an event.
    /// - Parameter prompt: the number of the prompt that it belongs to.
    /// - Returns: the chunk that it makes.
    mutating func chunk(for event: GenerationEvent, prompt: Int) -> JSONValue {
        switch event {
        case .piece(let choice, let text, let tokens):
            let index = prompt * count + choice
            let offset = choices[index].text.unicodeScalars.count
            choices[index].text += text
            choices[index].tokens += tokens
            return head.object(Self.kind, choices: [part(index, text: text, tokens: tokens, offset: offset, finishReason: nil)])
        case .finished(let choice, let report):
            let index = prompt * count + choice, reason = report.stopReason.finishReason
            usage.add(report.tokens, isFirst: choice == 0)
            choices[index].finishReason = reason
            return head.object(Self.kind, choices: [part(index, text: "", tokens: [], offset: 0, finishReason: reason)])
        }
    }

    /// What a stream ends with where the usage is wanted.
    var usageChunk: JSONValue { head.object(Self.kind, choices: [], usage: usage.json) }

    /// All of it.
    var object: JSONValue {
        let parts = choices.enumerated().map { index, choice in
            part(index, text: choice.text, tokens: choice.tokens, offset: 0, finishReason: choice.finishReason)
        }
        return head.object(Self.kind, choices: parts, usage: usage.json)
    }

    private func part(_ index: Int, text: String, tokens: [ChosenToken], offset: Int, finishReason: String?) -> JSONValue {
        [
            "index": .integer(index), "text": .string(text),
            "logprobs": reportsProbabilities ? LogProbabilities.completion(tokens, offset: offset) : .null,
            "finish_reason": finishReason.map(JSONValue.string) ?? .null,
        ]
    }
}
