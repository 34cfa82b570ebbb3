import ModelFiles
import Testing

@testable import Serving

@Suite("Chats and continuations over HTTP")
struct GenerationRouteTests {
    /// Longer than a page, so that what was read of it is kept.
    private static let question = String(repeating: "The box is red. ", count: 30) + "What is the colour of the box?"
    private static let chat: JSONValue = [
        "messages": [["role": "user", "content": .string(question)]], "temperature": 0, "max_tokens": 8,
    ]

    private func with(_ value: JSONValue, _ members: (String, JSONValue)...) -> JSONValue {
        var object = value.object ?? [:]
        for (key, value) in members { object[key] = value }
        return .object(object)
    }

    @Test("A chat has the shape of OpenAI's, and the same prompt is read once")
    func chat() async throws {
        try await LiveServer.run { client async throws in
            let first = try await client.post("/v1/chat/completions", Self.chat)
            #expect(first.status == 200)
            let json = try first.json
            #expect(json["object"] == "chat.completion")
            #expect(json["choices"]?[0]?["message"]?["role"] == "assistant")
            #expect(json["choices"]?[0]?["message"]?["content"]?.string != nil)
            #expect(["stop", "length"].contains(json["choices"]?[0]?["finish_reason"]?.string))
            #expect(json["usage"]?["prompt_tokens_details"]?["cached_tokens"] == 0)
            let again = try await client.post("/v1/chat/completions", Self.chat).json
            #expect(again["choices"]?[0]?["message"] == json["choices"]?[0]?["message"])
            #expect((again["usage"]?["prompt_tokens_details"]?["cached_tokens"]?.integer ?? 0) > 0)
            let metrics = try await client.get("/metrics").body
            #expect(metrics.contains("apus_generation_cache_bytes_count 2\n") && !metrics.contains("apus_generation_cache_bytes_sum 0.0\n"))
        }
    }

    @Test("A streamed chat says what the whole one says")
    func stream() async throws {
        let streamed = with(Self.chat, ("stream", true), ("stream_options", ["include_usage": true]))
        try await LiveServer.run { client async throws in
            let whole = try await client.post("/v1/chat/completions", Self.chat).json
            let response = try await client.post("/v1/chat/completions", streamed)
            #expect(response.headers["content-type"]?.hasPrefix("text/event-stream") == true)
            #expect(response.events.last == "[DONE]")
            let chunks = try response.events.dropLast().map { try JSONValue(parsing: Array($0.utf8), path: "event") }
            let text = chunks.compactMap { $0["choices"]?[0]?["delta"]?["content"]?.string }.joined()
            #expect(text == whole["choices"]?[0]?["message"]?["content"]?.string)
            #expect(chunks.first?["choices"]?[0]?["delta"]?["role"] == "assistant")
            #expect(chunks.last?["choices"] == [])
            #expect(chunks.last?["usage"]?["completion_tokens"] == whole["usage"]?["completion_tokens"])
            #expect(chunks.dropLast().last?["choices"]?[0]?["finish_reason"] == whole["choices"]?[0]?["finish_reason"])
        }
    }

    @Test("Several prompts and several replies are numbered through")
    func several() async throws {
        try await LiveServer.run { client async throws in
            let response = try await client.post(
                "/v1/completions", ["prompt": ["One", "Two"], "n": 2, "max_tokens": 3, "seed": 1, "temperature": 1])
            let choices = try response.json["choices"]?.array ?? []
            #expect(choices.compactMap { $0["index"]?.integer } == [0, 1, 2, 3])
            #expect(try response.json["usage"]?["completion_tokens"] == 12)
        }
    }

    @Test("A seed draws the same tokens again")
    func seeds() async throws {
        try await LiveServer.run { client async throws in
            let request: JSONValue = ["prompt": "Once", "max_tokens": 12, "seed": 7, "temperature": 1.5]
            let texts = try await [client.post("/v1/completions", request), client.post("/v1/completions", request)].map {
                try $0.json["choices"]?[0]?["text"]?.string
            }
            #expect(texts[0] != nil && texts[0] == texts[1])
        }
    }

    @Test("A reply that must be JSON of a schema is, and the model's words for it have probabilities")
    func forms() async throws {
        let schema: JSONValue = [
            "type": "object", "properties": ["colour": ["enum": ["red", "green"]]], "required": ["colour"], "additionalProperties": false,
        ]
        let request = with(
            Self.chat, ("temperature", 1.5), ("seed", 3), ("max_tokens", nil), ("logprobs", true), ("top_logprobs", 2),
            ("response_format", ["type": "json_schema", "json_schema": ["name": "answer", "schema": schema]]))
        try await LiveServer.run { client async throws in
            let choice = try await client.post("/v1/chat/completions", request).json["choices"]?[0]
            let reply = choice?["message"]?["content"]?.string ?? ""
            #expect(try ["red", "green"].contains(JSONValue(parsing: Array(reply.utf8), path: "reply")["colour"]?.string))
            let tokens = choice?["logprobs"]?["content"]?.array ?? []
            #expect(!tokens.isEmpty && tokens.allSatisfy { $0["top_logprobs"]?.array?.count == 2 && ($0["logprob"]?.number ?? 1) <= 0 })
        }
    }

    @Test("A schema that cannot be followed is refused with its place")
    func schemas() async throws {
        try await LiveServer.run { client async throws in
            let format: JSONValue = ["type": "json_schema", "json_schema": ["name": "a", "schema": ["type": "nothing"]]]
            let response = try await client.post("/v1/chat/completions", with(Self.chat, ("response_format", format)))
            #expect(response.status == 400)
            #expect(try response.json["error"]?["param"] == "response_format")
        }
    }

    @Test("Prompts beyond the window are refused with a sentence")
    func tooLong() async throws {
        try await LiveServer.run { client async throws in
            let long = String(repeating: "word ", count: 40_000)
            let response = try await client.post("/v1/completions", ["prompt": .string(long), "max_tokens": 1, "method": "full"])
            #expect(response.status == 400)
            #expect(try response.json["error"]?["code"] == "context_length_exceeded")
        }
    }

    @Test("A client that leaves in the midst of a stream frees what its request held")
    func leaving() async throws {
        try await LiveServer.run { client async throws in
            // A reply that cannot end before its client has left, however late that is.
            let schema: JSONValue = ["type": "array", "items": ["type": "string"], "minItems": 1_000_000]
            let body = with(
                Self.chat, ("max_tokens", 1_000_000), ("temperature", 1), ("stream", true), ("method", "streaming"),
                ("response_format", ["type": "json_schema", "json_schema": ["name": "long", "schema": schema]])
            ).serialized()
            let request = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body
            try await client.leave(after: Array(request.utf8)) { $0.count > 2000 }
            for _ in 0..<2000 {
                let metrics = try await client.get("/metrics").body
                if metrics.contains("apus_generations_total{outcome=\"cancelled\"} 1\n"), metrics.contains("apus_generations_running 0\n") {
                    return
                }
                try await Task.sleep(for: .milliseconds(50))
            }
            Issue.record("the request goes on without its client")
        }
    }

    @Test("Tokens and texts are turned into each other")
    func tokens() async throws {
        try await LiveServer.run { client async throws in
            let tokens = try await client.post("/tokenize", ["content": "Hello, world"]).json["tokens"]
            let content = try await client.post("/detokenize", ["tokens": tokens ?? []]).json["content"]
            #expect(content == "Hello, world")
            let wrong = try await client.post("/detokenize", ["tokens": [-1]])
            #expect(wrong.status == 400)
        }
    }
}
