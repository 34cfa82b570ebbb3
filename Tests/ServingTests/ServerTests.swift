import Foundation
import ModelFiles
import Testing

@testable import Serving

@Suite("The server")
struct ServerTests {
    @Test("Errors have one shape, whatever goes wrong")
    func errors() async throws {
        try await LiveServer.run { client async throws in
            let cases: [(response: TestResponse, status: Int, code: JSONValue)] = [
                (try await client.get("/nowhere"), 404, "not_found"),
                (try await client.send("PUT", "/v1/models"), 405, "method_not_allowed"),
                (try await client.get("/v1/chat/completions"), 405, "method_not_allowed"),
                (try await client.send("POST", "/v1/completions", body: "{\"prompt\": }"), 400, "malformed_json"),
                (try await client.send("POST", "/v1/completions", body: "[]"), 400, nil),
                (try await client.post("/v1/completions", ["prompt": "a", "model": "other"]), 404, "model_not_found"),
                (try await client.post("/v1/completions", ["prompt": "a", "promt": "a"]), 400, "unknown_parameter"),
                (try await client.post("/v1/completions", ["prompt": "a", "method": "none-such"]), 400, nil),
                (try await client.post("/v1/completions", ["prompt": [1, 1_000_000]]), 400, nil),
                (try await client.post("/v1/embeddings", ["input": "a"]), 501, "not_implemented"),
                (try await client.get("/v1/readings/reading-x"), 404, "reading_not_found"),
            ]
            for (response, status, code) in cases {
                #expect(response.status == status)
                #expect(try response.json["error"]?["code"] == code)
                #expect(try response.json["error"]?["message"]?.string?.isEmpty == false)
                #expect(response.headers["x-request-id"] != nil)
            }
            #expect(cases[1].response.headers["allow"] == "GET, HEAD")
            #expect(try cases[3].response.json["error"]?["message"]?.string?.contains("At byte 11") == true)
        }
    }

    @Test("Keys are asked for, everywhere but where there is nothing to guard")
    func keys() async throws {
        try await LiveServer.run {
            $0.keys = APIKeys(["secret", "other"])
        } _: { client async throws in
            #expect(try await client.get("/v1/models").status == 401)
            #expect(try await client.get("/metrics").status == 401)
            #expect(try await client.get("/v1/models", headers: [("Authorization", "Bearer wrong")]).status == 401)
            #expect(try await client.get("/v1/models", headers: [("Authorization", "Bearer secret")]).status == 200)
            #expect(try await client.get("/health").status == 200)
            #expect(try await client.get("/openapi.json").status == 200)
            let created = try await client.post("/v1/readings", ["text": "A secret."], headers: [("Authorization", "Bearer secret")])
            let path = "/v1/readings/" + (try created.json["id"]?.string ?? "")
            #expect(try await client.get(path, headers: [("Authorization", "Bearer secret")]).status == 200)
            #expect(try await client.get(path, headers: [("Authorization", "Bearer other")]).status == 404)
            let list = try await client.get("/v1/readings", headers: [("Authorization", "Bearer other")])
            #expect(try list.json["data"] == [])
        }
    }

    @Test("A host that others reach wants a key")
    func openHost() async throws {
        await #expect(throws: ServerError.open(host: "0.0.0.0")) {
            try await LiveServer.run({ $0.host = "0.0.0.0" }, { _ in })
        }
        try await LiveServer.run {
            $0.host = "0.0.0.0"
            $0.allowsNoKey = true
        } _: { client async throws in
            #expect(try await client.get("/health").status == 200)
        }
    }

    @Test("Pages from elsewhere are kept out unless they are let in")
    func origins() async throws {
        let page = [("Origin", "https://example.org")]
        try await LiveServer.run { client async throws in
            #expect(try await client.get("/v1/models", headers: page).status == 403)
            #expect(try await client.get("/v1/models", headers: [("Origin", "http://localhost:\(client.port)")]).status == 200)
        }
        try await LiveServer.run {
            $0.origins = ["https://example.org"]
        } _: { client async throws in
            let response = try await client.get("/nowhere", headers: page)
            #expect(response.status == 404)
            #expect(response.headers["access-control-allow-origin"] == "https://example.org")
            let preflight = try await client.send("OPTIONS", "/v1/chat/completions", headers: page)
            #expect(preflight.status == 204)
            #expect(preflight.headers["access-control-allow-methods"]?.contains("POST") == true)
        }
    }

    @Test("Requests that are too large are refused, announced or not")
    func largeRequests() async throws {
        try await LiveServer.run {
            $0.mostBodyBytes = 1000
        } _: { client async throws in
            let long = String(repeating: "a", count: 2000)
            #expect(try await client.post("/tokenize", ["content": .string(long)]).status == 413)
            let chunked =
                "POST /tokenize HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n\(long)\r\n0\r\n\r\n"
            #expect(try await TestResponse(client.exchange(Array(chunked.utf8))).status == 413)
            #expect(try await client.get("/metrics").body.contains("apus_request_body_bytes 0\n"))
        }
    }

    @Test("Connections that send nothing, or half a request, are closed")
    func slowClients() async throws {
        try await LiveServer.run {
            $0.idleTime = .seconds(2)
            $0.requestTime = .seconds(4)
        } _: { client async throws in
            // Whether the end is seen before or while something is sent makes no difference.
            #expect(await (try? client.exchange([]))?.isEmpty != false)
            let half = "POST /tokenize HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"
            _ = try? await client.exchange(Array(half.utf8))
            // On a busy machine a whole request may come too late as well.
            var status: Int?
            for _ in 0..<50 where status == nil { status = try? await client.get("/health").status }
            #expect(status == 200)
        }
    }

    @Test("Idle connections make room for new ones")
    func manyConnections() async throws {
        try await LiveServer.run {
            $0.mostConnections = 8
        } _: { client async throws in
            let (connections, connected) = AsyncStream<Void>.makeStream()
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        try? await client.connected { inbound in
                            connected.yield()
                            for try await _ in inbound {}
                        }
                        connected.yield()
                    }
                }
                for await _ in connections.prefix(40) {}
                // Those that have connected may still be taken in behind a request.
                var status: Int?
                for _ in 0..<50 where status == nil { status = try? await client.get("/health").status }
                #expect(status == 200)
                group.cancelAll()
            }
        }
    }

    @Test("The log names requests and says nothing of what they hold")
    func log() async throws {
        let log = LiveServer.Log()
        try await LiveServer.run(log: log) { client async throws in
            let response = try await client.post(
                "/v1/completions", ["prompt": "Xylophone quartz", "max_tokens": 2], headers: [("x-request-id", "mine-1")])
            #expect(response.headers["x-request-id"] == "mine-1")
            _ = try await client.get("/v1/readings/Xylophone?file=Xylophone")
            _ = try await client.get("/Xylophone", headers: [("x-request-id", "Xylophone quartz\n")])
        }
        #expect(
            log.lines.contains { $0.contains("request_id=mine-1") && $0.contains("route=/v1/completions") && $0.contains("status=200") })
        #expect(!log.lines.contains { $0.contains("Xylophone") })
    }

    @Test("The description holds exactly the routes that there are")
    func description() async throws {
        let paths = try await LiveServer.run { try await $0.get("/openapi.json").json["paths"]?.object ?? [:] }
        let described = Dictionary(
            uniqueKeysWithValues: paths.map {
                ($0.key, Set(($0.value.object ?? [:]).map { $0.key.uppercased() }).subtracting(["PARAMETERS"]))
            })
        let options = ServerOptions(scheduling: .init(pageBudget: 1 << 20))
        let server = try Server(model: TestModel.builtIn(), options: options) { _ in }
        let served = server.routes.methods.filter { !PageRoutes().paths.subtracting(["/openapi.json"]).contains($0.key) }
        let written = Dictionary(
            uniqueKeysWithValues: served.map { path, methods in
                (
                    path.split(separator: "/", omittingEmptySubsequences: false).map {
                        $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0)
                    }
                    .joined(separator: "/"), Set(methods.map(\.rawValue))
                )
            })
        #expect(described == written)
    }

    @Test("The page comes with its type, a tag and a strict policy")
    func page() async throws {
        try await LiveServer.run { client async throws in
            let description = try await client.get("/openapi.json")
            #expect(description.headers["content-type"] == "application/json")
            #expect(description.headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
            let tag = description.headers["etag"] ?? ""
            #expect(try await client.get("/openapi.json", headers: [("If-None-Match", tag)]).status == 304)
        }
    }
}
