import Foundation
import Generation
import ModelFiles

/// What all parts of one reply begin with.
struct ReplyHead: Sendable {
    let id: String
    let model: String
    let created = Int(Date.now.timeIntervalSince1970)

    init(prefix: String, model: String) {
        id = prefix + RandomName.make()
        self.model = model
    }

    /// A part of a reply, or all of it.
    func object(_ kind: String, choices: [JSONValue], usage: JSONValue? = nil, extra: JSONObject = [:]) -> JSONValue {
        var object: JSONObject = [
            "id": .string(id), "object": .string(kind), "created": .integer(created), "model": .string(model), "choices": .array(choices),
        ]
        if let usage { object["usage"] = usage }
        for (key, value) in extra { object[key] = value }
        return .object(object)
    }
}

/// How many tokens a request took, all its replies together.
struct TokenUsage: Sendable {
    private(set) var prompt = 0
    private(set) var cached = 0
    private(set) var generated = 0

    /// - Parameter isFirst: whether it is the first reply to its prompt, which counts once.
    mutating func add(_ tokens: GenerationReport.Tokens, isFirst: Bool) {
        if isFirst {
            prompt += tokens.prompt
            cached += tokens.reused
        }
        generated += tokens.generated
    }

    var json: JSONValue {
        [
            "prompt_tokens": .integer(prompt), "completion_tokens": .integer(generated), "total_tokens": .integer(prompt + generated),
            "prompt_tokens_details": ["cached_tokens": .integer(cached)],
        ]
    }
}

extension StopReason {
    /// The word that OpenAI's API has for it.
    var finishReason: String {
        switch self {
        case .endOfText, .stopString: "stop"
        case .length: "length"
        }
    }
}
