import Generation
import ModelFiles

/// Log-probabilities of chosen tokens, in the two forms that OpenAI's API has.
enum LogProbabilities {
    /// What stands for minus infinity, which JSON does not know.
    private static let least = -9999.0

    /// The form of chats: an object for each token.
    static func chat(_ tokens: [ChosenToken]) -> JSONValue {
        let content = tokens.map { token in
            var object = entry(token.bytes, token.logProbability)
            object["top_logprobs"] = .array(token.alternatives.map { .object(entry(Array($0.text.utf8), $0.logProbability)) })
            return JSONValue.object(object)
        }
        return ["content": .array(content), "refusal": nil]
    }

    private static func entry(_ bytes: [UInt8], _ logProbability: Double) -> JSONObject {
        [
            "token": .string(String(decoding: bytes, as: UTF8.self)), "logprob": number(logProbability),
            "bytes": .array(bytes.map { .integer(Int($0)) }),
        ]
    }

    /// The form of continuations: an array for each property.
    /// - Parameter offset: characters of the reply before the first of these tokens.
    static func completion(_ tokens: [ChosenToken], offset: Int) -> JSONValue {
        var offset = offset
        var texts: [JSONValue] = [], offsets: [JSONValue] = []
        for token in tokens {
            let text = String(decoding: token.bytes, as: UTF8.self)
            texts.append(.string(text))
            offsets.append(.integer(offset))
            offset += text.unicodeScalars.count
        }
        return [
            "tokens": .array(texts), "token_logprobs": .array(tokens.map { number($0.logProbability) }),
            "top_logprobs": .array(
                tokens.map { token in .object(JSONObject(token.alternatives.map { ($0.text, number($0.logProbability)) })) }),
            "text_offset": .array(offsets),
        ]
    }

    private static func number(_ value: Double) -> JSONValue { .number(max(value, least)) }
}
