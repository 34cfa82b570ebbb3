import Generation
import ModelFiles

/// Makes chat completions of what a generation yields: chunk by chunk, or one object at the end.
struct ChatReply: Sendable {
    /// One of the replies to the messages.
    private struct Choice: Sendable {
        var parser: ToolCallParser?
        var text = ""
        var calls: [ToolCall] = []
        var tokens: [ChosenToken] = []
        var report: GenerationReport?

        var finishReason: String { calls.isEmpty ? report?.stopReason.finishReason ?? "stop" : "tool_calls" }
    }

    private let head: ReplyHead
    private let reportsProbabilities: Bool
    /// What a reply about a reading should say beside it: sentences; nil for a reply that is not about one.
    private let notes: [String]?
    private var choices: [Choice]
    private(set) var usage = TokenUsage()

    private static let chunkKind = "chat.completion.chunk"

    /// What is said of earlier messages where a reading is asked.
    private static let lastMessageOnly = "Only the last message was asked of the reading; what was said before was left out."

    /// - Parameter reading: the text that was asked about, if one was.
    init(head: ReplyHead, request: ChatRequest, reading: Reading?) {
        self.head = head
        notes = reading.map { $0.notes + (request.messages.count > 1 ? [Self.lastMessageOnly] : []) }
        reportsProbabilities = request.logProbabilities != nil
        let parser = request.tools.isActive ? ToolCallParser(names: request.tools.tools.map(\.name)) : nil
        choices = Array(repeating: Choice(parser: parser), count: request.wishes.count)
    }
}

// MARK: - In chunks

extension ChatReply {
    /// What a stream begins with.
    var openings: [JSONValue] {
        choices.indices.map { chunk($0, ["role": "assistant", "content": ""]) }
    }

    /// Takes in an event.
    /// - Returns: the chunks that it makes.
    mutating func chunks(for event: GenerationEvent) -> [JSONValue] {
        switch event {
        case .piece(let index, let text, let tokens):
            choices[index].tokens += tokens
            return chunks(index, take(text, index), tokens: tokens)
        case .finished(let index, let report):
            let rest = chunks(index, finish(index, report), tokens: [])
            var extra: JSONObject = [:]
            if let evidence = evidence(report) { extra["apus"] = evidence }
            return rest + [chunk(index, [:], finishReason: choices[index].finishReason, extra: extra)]
        }
    }

    /// What a stream ends with where the usage is wanted.
    var usageChunk: JSONValue { head.object(Self.chunkKind, choices: [], usage: usage.json) }

    private func chunks(_ index: Int, _ release: ToolCallParser.Release, tokens: [ChosenToken]) -> [JSONValue] {
        var chunks: [JSONValue] = []
        if !release.text.isEmpty || !tokens.isEmpty { chunks.append(chunk(index, ["content": .string(release.text)], tokens: tokens)) }
        let before = choices[index].calls.count - release.calls.count
        for (offset, call) in release.calls.enumerated() {
            var object = call.json
            object["index"] = .integer(before + offset)
            chunks.append(chunk(index, ["tool_calls": [.object(object)]]))
        }
        return chunks
    }

    private func chunk(
        _ index: Int, _ delta: JSONObject, tokens: [ChosenToken] = [], finishReason: String? = nil, extra: JSONObject = [:]
    ) -> JSONValue {
        let choice: JSONValue = [
            "index": .integer(index), "delta": .object(delta),
            "logprobs": reportsProbabilities && !tokens.isEmpty ? LogProbabilities.chat(tokens) : .null,
            "finish_reason": finishReason.map(JSONValue.string) ?? .null,
        ]
        return head.object(Self.chunkKind, choices: [choice], extra: extra)
    }
}

// MARK: - As a whole

extension ChatReply {
    /// Takes in an event of a reply that is sent when it is whole.
    mutating func add(_ event: GenerationEvent) {
        switch event {
        case .piece(let index, let text, let tokens):
            choices[index].tokens += tokens
            choices[index].text += take(text, index).text
        case .finished(let index, let report):
            choices[index].text += finish(index, report).text
        }
    }

    /// All of it.
    var object: JSONValue {
        var extra: JSONObject = [:]
        if let evidence = choices.first?.report.flatMap(evidence) { extra["apus"] = evidence }
        return head.object("chat.completion", choices: choices.indices.map(whole), usage: usage.json, extra: extra)
    }

    private func whole(_ index: Int) -> JSONValue {
        let choice = choices[index]
        var message: JSONObject = [
            "role": "assistant", "content": choice.text.isEmpty && !choice.calls.isEmpty ? .null : .string(choice.text), "refusal": nil,
        ]
        if !choice.calls.isEmpty { message["tool_calls"] = .array(choice.calls.map { .object($0.json) }) }
        return [
            "index": .integer(index), "message": .object(message),
            "logprobs": reportsProbabilities ? LogProbabilities.chat(choice.tokens) : .null, "finish_reason": .string(choice.finishReason),
        ]
    }
}

// MARK: - Both

extension ChatReply {
    private mutating func take(_ text: String, _ index: Int) -> ToolCallParser.Release {
        guard let release = choices[index].parser?.append(text) else { return ToolCallParser.Release(text: text) }
        choices[index].calls += release.calls
        return release
    }

    private mutating func finish(_ index: Int, _ report: GenerationReport) -> ToolCallParser.Release {
        usage.add(report.tokens, isFirst: index == 0)
        choices[index].report = report
        guard let release = choices[index].parser?.finish() else { return ToolCallParser.Release() }
        choices[index].calls += release.calls
        return release
    }

    /// What a reply about a reading rests on.
    private func evidence(_ report: GenerationReport) -> JSONValue? {
        guard let notes else { return nil }
        var evidence = report.evidence
        evidence["notes"] = .array(notes.map(JSONValue.string))
        return .object(evidence)
    }
}
