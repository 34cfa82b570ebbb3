import Foundation
import ModelFiles
import Testing

@testable import Serving

@Suite("Requests")
struct RequestTests {
    private static let message: JSONValue = ["role": "user", "content": "Hello"]

    private func chat(_ members: (String, JSONValue)...) throws -> ChatRequest {
        try ChatRequest(.object(JSONObject([("messages", [Self.message])] + members)))
    }

    @Test("A chat with nothing but messages has the defaults of OpenAI's interface")
    func defaults() throws {
        let chat = try chat()
        #expect(chat.wishes.sampling.temperature == 1)
        #expect(chat.wishes.count == 1)
        #expect(chat.wishes.maxTokens == nil)
        #expect(!chat.wishes.streams)
        #expect(chat.form == .text)
        #expect(chat.logProbabilities == nil)
    }

    @Test("Null counts as absent")
    func nulls() throws {
        let chat = try chat(("temperature", nil), ("stop", nil), ("tools", nil), ("response_format", nil), ("stream_options", nil))
        #expect(chat.wishes.sampling.temperature == 1)
        #expect(chat.tools.tools.isEmpty)
    }

    @Test("The newer name of the length counts, the older one too")
    func lengths() throws {
        #expect(try chat(("max_tokens", 5)).wishes.maxTokens == 5)
        #expect(try chat(("max_tokens", 5), ("max_completion_tokens", 7)).wishes.maxTokens == 7)
    }

    @Test(
        "What is wrong is named",
        arguments: [
            ("temperature", "hot", "temperature"), ("temperature", -1, "temperature"), ("n", 0, "n"), ("n", 1.5, "n"),
            ("stop", [""], "stop"), ("stop", [1], "stop"), ("max_tokens", 0, "max_tokens"), ("stream", 1, "stream"),
            ("top_logprobs", 3, "top_logprobs"), ("modalities", ["audio"], "modalities"), ("functions", [], "functions"),
            ("reasoning_effort", "high", "reasoning_effort"), ("stream_options", ["include_usage": true], "stream_options"),
            ("response_format", ["type": "xml"], "response_format.type"), ("tool_choice", "auto", "tool_choice"),
            ("logit_bias", ["a": 1], "logit_bias"), ("logit_bias", ["1": 101], "logit_bias"), ("presence_penalty", 3, "presence_penalty"),
            ("sources", 3, "sources"), ("temprature", 1, "temprature"),
        ] as [(String, JSONValue, String)])
    func wrong(name: String, value: JSONValue, parameter: String) throws {
        let error = #expect(throws: APIError.self) { try chat((name, value)) }
        #expect(error?.parameter == parameter)
        #expect(error?.status == .badRequest)
        #expect(error?.message.contains(parameter) == true)
    }

    @Test("Messages may consist of parts, and everything but text in them is refused")
    func parts() throws {
        let text: JSONValue = ["type": "text", "text": "a"]
        let parts = try ChatRequest(["messages": [["role": "user", "content": [text, text]]]])
        #expect(parts.messages[0].text == "aa")
        let picture: JSONValue = ["type": "image_url", "image_url": ["url": "data:"]]
        let error = #expect(throws: APIError.self) { try ChatRequest(["messages": [["role": "user", "content": [text, picture]]]]) }
        #expect(error?.parameter == "messages[0].content[1].type")
    }

    @Test("Calls of tools come back with the conversation, with their arguments as a value")
    func toolMessages() throws {
        let call: JSONValue = ["id": "call_1", "type": "function", "function": ["name": "f", "arguments": "{\"a\": 1}"]]
        let chat = try ChatRequest([
            "messages": [
                Self.message, ["role": "assistant", "content": nil, "tool_calls": [call]],
                ["role": "tool", "tool_call_id": "call_1", "content": "2"],
            ]
        ])
        #expect(chat.messages[1].json["tool_calls"]?[0]?["function"]?["arguments"]?["a"] == 1)
        #expect(chat.messages[2].json["tool_call_id"] == "call_1")
    }

    @Test("Prompts may be a text, tokens, or several of either")
    func prompts() throws {
        #expect(try CompletionRequest(["prompt": "a"]).prompts.count == 1)
        #expect(try CompletionRequest(["prompt": [1, 2]]).prompts.count == 1)
        #expect(try CompletionRequest(["prompt": ["a", "b"]]).prompts.count == 2)
        #expect(try CompletionRequest(["prompt": [[1], [2, 3]]]).prompts.count == 2)
        for wrong: JSONValue in [1, [], [[]], [["a"]], [1, "a"], ["a", -1], [3_000_000_000]] {
            #expect(throws: APIError.self) { try CompletionRequest(["prompt": wrong]) }
        }
    }

    /// A tool whose parameters refer to a definition.
    private func tool(_ name: JSONValue, _ definition: JSONValue = ["type": "string"]) -> JSONValue {
        let parameters: JSONValue = [
            "type": "object", "properties": ["a": ["$ref": "#/$defs/A"]], "$defs": ["A": definition],
        ]
        return ["type": "function", "function": ["name": name, "parameters": parameters]]
    }

    @Test("A reply that must be a call has the schema of its call, with what that refers to at its root")
    func forcedCall() throws {
        let named: JSONValue = ["type": "function", "function": ["name": "f"]]
        #expect(try chat(("tools", [tool("f")])).tools.callSchema() == nil)
        let schema = try chat(("tools", [tool("f"), tool("g")]), ("tool_choice", named)).tools.callSchema()
        #expect(schema?["properties"]?["name"]?["const"] == "f")
        #expect(schema?["$defs"]?["A"]?["type"] == "string")
        #expect(schema?["properties"]?["arguments"]?["$defs"] == nil)
        let either = try chat(("tools", [tool("f"), tool("g")]), ("tool_choice", "required")).tools.callSchema()
        #expect(either?["anyOf"]?.array?.count == 2)
        #expect(try !chat(("tools", [tool("f")]), ("tool_choice", "none")).tools.isActive)
        let differing = try chat(("tools", [tool("f"), tool("g", ["type": "integer"])]), ("tool_choice", "required")).tools
        #expect(throws: APIError.self) { try differing.callSchema() }
    }

    @Test("Every parameter that is described is known", arguments: ["ChatRequest", "CompletionRequest", "ReadingRequest", "AskRequest"])
    func described(name: String) throws {
        let resource = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Sources/Serving/Resources/openapi.json")
        let schemas = try JSONValue(path: resource.path)["components"]?["schemas"]
        let properties = try #require(schemas?[name]?["properties"]?.object)
        let required: JSONObject = ["messages": [Self.message], "prompt": "a", "text": "a", "question": "a"]
        var request = JSONObject(properties.map { ($0.key, JSONValue.null) })
        for (key, value) in required where request[key] != nil { request[key] = value }
        switch name {
        case "ChatRequest": _ = try ChatRequest(.object(request))
        case "CompletionRequest": _ = try CompletionRequest(.object(request))
        case "ReadingRequest": _ = try ReadingUpload(.object(request))
        default: _ = try ReadingAsk(.object(request), window: 1024)
        }
    }
}
