import ApusTesting
import Foundation
import ModelFiles
import Testing

@testable import Serving

@Suite("Readings over HTTP")
struct ReadingRouteTests {
    private static let text = "The lighthouse was built by Ada. " + String(repeating: "The sea is wide and the wind is cold. ", count: 40)

    /// The reading once nothing more happens to it.
    private static func settled(_ client: TestClient, _ id: String) async throws -> JSONValue {
        let events = try await client.get("/v1/readings/\(id)/events").events
        return try JSONValue(parsing: Array((events.last ?? "").utf8), path: "event")
    }

    private static func create(_ client: TestClient, _ text: String = text) async throws -> String {
        let response = try await client.post("/v1/readings", ["text": .string(text), "name": "lighthouse.txt"])
        #expect(response.status == 202)
        #expect(try response.json["status"] == "queued")
        return try response.json["id"]?.string ?? ""
    }

    @Test("A text is read in the background, asked, shown and removed")
    func life() async throws {
        try await LiveServer.run { client async throws in
            let id = try await Self.create(client)
            let reading = try await Self.settled(client, id)
            #expect(reading["status"] == "ready")
            #expect(reading["tokens"]?["read"] == reading["tokens"]?["total"])
            let answer = try await client.post("/v1/readings/\(id)/ask", ["question": "Who built the lighthouse?", "sources": 2]).json
            #expect(answer["object"] == "reading.answer")
            #expect(answer["sources"]?[0]?["file"] == "lighthouse.txt")
            #expect((answer["tokens"]?["reused"]?.integer ?? 0) > 100)
            let streamed = try await client.post("/v1/readings/\(id)/ask", ["question": "Who built the lighthouse?", "stream": true]).events
            #expect(streamed.last == "[DONE]")
            let last = try JSONValue(parsing: Array((streamed.dropLast().last ?? "").utf8), path: "event")
            #expect(last["text"] == answer["text"])
            let chat = try await client.post(
                "/v1/chat/completions",
                ["messages": [["role": "user", "content": "Who built the lighthouse?"]], "reading": .string(id), "temperature": 0]
            ).json
            #expect(chat["apus"]?["sources"]?[0]?["file"] == "lighthouse.txt")
            #expect(try await client.get("/v1/readings/\(id)/text").body == Self.text)
            #expect(try await client.send("DELETE", "/v1/readings/\(id)").status == 200)
            #expect(try await client.get("/v1/readings/\(id)").status == 404)
        }
    }

    @Test("Sources lie where the text that is given back has them, behind a byte-order mark too", arguments: ["", "\u{FEFF}"])
    func places(beginning: String) async throws {
        try await LiveServer.run { client async throws in
            let id = try await Self.create(client, beginning + "Ää, öö, 港口. " + Self.text)
            _ = try await Self.settled(client, id)
            let answer = try await client.post("/v1/readings/\(id)/ask", ["question": "Who built the lighthouse?"]).json
            let text = Array(try await client.get("/v1/readings/\(id)/text").body.utf8)
            let source = try #require(answer["sources"]?[0])
            let start = try #require(source["start"]?.integer), end = try #require(source["end"]?.integer)
            try #require(0 <= start && start < end && end <= text.count)
            #expect(String(validating: text[start..<end], as: UTF8.self) == source["text"]?.string)
        }
    }

    @Test("Files come by a form, and their names lead nowhere")
    func forms() async throws {
        let folder = try TemporaryFolder()
        try await LiveServer.run {
            $0.dataFolder = folder.path + "/data"
        } _: { client async throws in
            let names = ["../../escape.txt", "/etc/passwd", "a\\b.txt"]
            let parts = names.map {
                "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\($0)\"\r\n\r\nText of \($0).\r\n"
            }
            let response = try await client.send(
                "POST", "/v1/readings", headers: [("Content-Type", "multipart/form-data; boundary=XX")], body: parts.joined() + "--XX--\r\n"
            )
            #expect(response.status == 202)
            let id = try response.json["id"]?.string ?? ""
            #expect(try await Self.settled(client, id)["status"] == "ready")
            #expect(try await client.get("/v1/readings/\(id)/text?file=%2Fetc%2Fpasswd").body == "Text of /etc/passwd.")
            #expect(try await client.get("/v1/readings/\(id)/text?file=record.json").status == 404)
            #expect(try await client.get("/v1/readings/\(id)/text").status == 400)
            for path in ["/v1/readings/..%2F..", "/v1/readings/../../etc", "/v1/readings/.."] {
                #expect(try await client.send("DELETE", path).status == 404)
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["data"])
    }

    @Test("Readings are there again after a restart, and what was half done is gone or goes on")
    func restart() async throws {
        let folder = try TemporaryFolder(), readings = folder.path + "/readings"
        let first = try await LiveServer.run {
            $0.dataFolder = folder.path
        } _: { client async throws in
            let id = try await Self.create(client)
            #expect(try await Self.settled(client, id)["status"] == "ready")
            return id
        }
        // An upload that was killed, and a reading that was: its record says that it waits.
        try FileManager.default.createDirectory(atPath: readings + "/reading-half", withIntermediateDirectories: true)
        try Data("half".utf8).write(to: URL(fileURLWithPath: readings + "/reading-half/text-0"))
        let begun = readings + "/reading-begun"
        try FileManager.default.copyItem(atPath: readings + "/" + first, toPath: begun)
        try FileManager.default.removeItem(atPath: begun + "/reading")
        let record = try String(contentsOfFile: begun + "/record.json", encoding: .utf8)
        let changed = record.replacing(first, with: "reading-begun").replacing("\"ready\"", with: "\"reading\"")
        try Data(changed.utf8).write(to: URL(fileURLWithPath: begun + "/record.json"))
        try await LiveServer.run {
            $0.dataFolder = folder.path
        } _: { client async throws in
            #expect(try await client.get("/v1/readings/reading-half").status == 404)
            #expect(try await Self.settled(client, "reading-begun")["status"] == "ready")
            #expect(try await client.get("/v1/readings/\(first)").json["status"] == "ready")
            let answer = try await client.post("/v1/readings/\(first)/ask", ["question": "Who built the lighthouse?"])
            #expect(answer.status == 200)
        }
        #expect(!FileManager.default.fileExists(atPath: readings + "/reading-half"))
    }

    @Test("Texts that are gone over for each question are there again after a restart, too", arguments: ["segments", "auto"])
    func segments(method: String) async throws {
        let folder = try TemporaryFolder()
        let id = try await LiveServer.run {
            $0.dataFolder = folder.path
        } _: { client in
            let long = String(repeating: Self.text, count: 3)
            let id = try await client.post("/v1/readings", ["text": .string(long), "method": .string(method)]).json["id"]?.string ?? ""
            #expect(try await Self.settled(client, id)["method"] == "segments")
            return id
        }
        try await LiveServer.run {
            $0.dataFolder = folder.path
        } _: { client async throws in
            let answer = try await client.post("/v1/readings/\(id)/ask", ["question": "Who built the lighthouse?", "max_tokens": 4])
            #expect(try answer.json["method"]?.string?.hasPrefix("segments") == true)
        }
    }

    @Test("What cannot be read is told")
    func failures() async throws {
        try await LiveServer.run { client async throws in
            #expect(try await client.post("/v1/readings", ["text": ""]).status == 400)
            #expect(try await client.post("/v1/readings", ["name": "a"]).status == 400)
            let response = try await client.post("/v1/readings", ["text": "A text.", "method": "none-such"])
            let id = try response.json["id"]?.string ?? ""
            let reading = try await Self.settled(client, id)
            #expect(reading["status"] == "failed")
            #expect(reading["error"]?["message"]?.string?.contains("none-such") == true)
            #expect(try await client.post("/v1/readings/\(id)/ask", ["question": "What?"]).status == 409)
        }
    }
}
