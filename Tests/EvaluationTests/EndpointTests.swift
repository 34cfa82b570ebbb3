import ApusTesting
import Diagnostics
import Foundation
import Testing

@testable import Evaluation

@Suite("Models behind endpoints")
struct EndpointTests {
    private let fixture: EvaluationFixture
    private let folder: TemporaryFolder

    init() throws {
        fixture = try EvaluationFixture()
        folder = try TemporaryFolder()
    }

    private func endpoint(_ server: TinyServer, key: String? = nil, timeout: Duration = .seconds(20)) throws -> Endpoint {
        try Endpoint(url: server.url, model: "small", key: key, timeout: timeout, pause: .milliseconds(10))
    }

    private func ask(_ endpoint: Endpoint, cancellation: Cancellation = Cancellation()) async throws -> SubjectReply {
        try await endpoint.complete("Who?", system: nil, maxTokens: 8, cancellation: cancellation)
    }

    private func run(_ endpoint: Endpoint, cases: Int = 6) throws -> EvaluationRun {
        EvaluationRun(
            Passkey(), subject: EndpointSubject(endpoint, tokenizer: fixture.tokenizer, system: nil),
            settings: EvaluationSettings(lengths: [900], cases: cases, seed: 1), material: fixture.material, folder: folder.file("r"))
    }

    private var lines: Int {
        get throws { try String(contentsOfFile: folder.file("r/results.jsonl"), encoding: .utf8).split(separator: "\n").count }
    }

    @Test("A request holds the message, the key and the settings of greedy decoding; the reply comes with the endpoint's count")
    func request() async throws {
        let server = try TinyServer { _, _ in .completion("the cook") }
        let reply = try await endpoint(server, key: "secret").complete(
            "Who \"?\"", system: "Be short.", maxTokens: 8, cancellation: .init())
        #expect(reply == SubjectReply(text: "the cook", promptTokens: 41))
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("POST /v1/chat/completions HTTP/1.1"))
        #expect(request.contains("Authorization: Bearer secret") && request.contains("Content-Type: application/json"))
        let body = try #require(request.components(separatedBy: "\r\n\r\n").last)
        let object = try #require(JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
        #expect(object["model"] as? String == "small" && object["max_tokens"] as? Int == 8 && object["temperature"] as? Double == 0)
        #expect(
            object["messages"] as? [[String: String]]
                == [["role": "system", "content": "Be short."], ["role": "user", "content": "Who \"?\""]])
    }

    @Test("What is no address of the web is refused; one with a path or a slash at its end is taken as it is meant")
    func addresses() throws {
        for url in ["", "localhost", "ftp://host/v1", "http://"] {
            #expect(throws: EndpointError.badAddress(url)) { try Endpoint(url: url, model: "m", key: nil) }
        }
        let wanted = "http://host:80/v1/chat/completions"
        for url in ["http://host:80/v1", "http://host:80/v1/", "http://me:word@host:80/v1/chat/completions"] {
            #expect(try Endpoint(url: url, model: "m", key: nil).name == wanted)
        }
    }

    @Test("A failure that passes is asked again, and one that does not ends the question")
    func retries() async throws {
        let server = try TinyServer { number, _ in
            switch number {
            case 0: .status(503, "busy")
            case 1: .hangUp
            default: .completion("yes")
            }
        }
        #expect(try await ask(endpoint(server)).text == "yes")
        #expect(server.requests.count == 3)
        let broken = try TinyServer { _, _ in .status(500, "out of order") }
        await #expect { _ = try await ask(endpoint(broken)) } throws: { error in
            error is NoReply && "\(error)".contains("500") && "\(error)".contains("out of order")
        }
        #expect(broken.requests.count == 3)
    }

    @Test("A server that says when to come again is asked then, more often than one that does not, and not at all where that is too late")
    func retryAfter() async throws {
        let server = try TinyServer { number, _ in
            number < 4 ? .status(429, "slow down", headers: ["Retry-After: \(number == 0 ? 1 : 0)"]) : .completion("yes")
        }
        let began = ContinuousClock.now
        #expect(try await ask(endpoint(server)).text == "yes")
        #expect(ContinuousClock.now - began >= .seconds(1) && server.requests.count == 5)
        let late = try TinyServer { _, _ in .status(503, "", headers: ["Retry-After: 86400"]) }
        await #expect { _ = try await ask(endpoint(late)) } throws: { $0 is NoReply && "\($0)".contains("86400") }
        #expect(late.requests.count == 1)
        // Ctrl-C is not waited with.
        let cancellation = Cancellation(), slow = try TinyServer { _, _ in .status(429, "", headers: ["Retry-After: 60"]) }
        let asking = Task { [self] in try await ask(endpoint(slow), cancellation: cancellation) }
        try await Task.sleep(for: .milliseconds(300))
        cancellation.cancel()
        await #expect(throws: Interrupted.self) { try await asking.value }
    }

    @Test("The time to come again is a number of seconds or a date; what is neither is none")
    func retryAfterForms() {
        let now = Date(timeIntervalSince1970: 784_111_777)
        #expect(RetryAfter.duration(" 120 ", now: now) == .seconds(120) && RetryAfter.duration("0", now: now) == .seconds(0))
        #expect(RetryAfter.duration("Sun, 06 Nov 1994 08:50:37 GMT", now: now) == .seconds(60))
        #expect(RetryAfter.duration("Sun, 06 Nov 1994 08:00:00 GMT", now: now) == .seconds(0))
        for text in ["", "-1", "1.5", "soon", "99999999999999999999"] { #expect(RetryAfter.duration(text, now: now) == nil, "\(text)") }
    }

    @Test("Rubbish is no reply, and is shown", arguments: ["<html>", "{}", "", "{\"choices\": []}"])
    func rubbish(body: String) async throws {
        let server = try TinyServer { _, _ in .status(200, body) }
        await #expect { _ = try await ask(endpoint(server)) } throws: { $0 is NoReply && "\($0)".contains("no chat completion") }
        #expect(server.requests.count == 1)
    }

    @Test("An endpoint that stalls is waited for so long and no longer, and Ctrl-C ends the waiting")
    func stalls() async throws {
        let server = try TinyServer { _, _ in .silence }
        await #expect { _ = try await ask(endpoint(server, timeout: .milliseconds(300))) } throws: {
            "\($0)".contains("within 0.3 seconds")
        }
        let cancellation = Cancellation()
        cancellation.cancel()
        await #expect(throws: Interrupted.self) { try await ask(endpoint(server), cancellation: cancellation) }
    }

    @Test("An address where nobody is, is said to be unreachable")
    func unreachable() async throws {
        let port = try TinyServer { _, _ in .hangUp }.port
        let endpoint = try Endpoint(url: "http://127.0.0.1:\(port)", model: "m", key: nil, pause: .milliseconds(10))
        await #expect { _ = try await ask(endpoint) } throws: { $0 is NoReply && "\($0)".contains("reached") }
    }

    @Test("A refusal ends the run at once, and no other host is shown the key")
    func refusals() async throws {
        let server = try TinyServer { _, _ in .status(401, "bad key") }
        await #expect(throws: EndpointError.refused(name: server.url + "/chat/completions", status: 401, body: "bad key")) {
            try await run(endpoint(server)).perform()
        }
        #expect(server.requests.count == 1)
        let other = try TinyServer { _, _ in .completion("stolen") }
        let redirecting = try TinyServer { _, _ in .status(307, "", headers: ["Location: \(other.url)"]) }
        await #expect(throws: NoReply.self) { try await ask(endpoint(redirecting, key: "secret", timeout: .seconds(2))) }
        #expect(other.requests.isEmpty)
    }

    @Test("A run goes on after a question without a reply, and the next run asks that one again")
    func goesOn() async throws {
        let server = try TinyServer { number, request in
            number == 2 ? .status(200, "rubbish") : .completion(number == 4 ? nil : "The pass key is 7.")
        }
        let first = try await run(endpoint(server)).perform()
        #expect(first.report.unanswered == 1 && first.report.score.records == 5 && first.report.emptyReplies == 1)
        #expect(first.report.lastFailure?.contains("rubbish") == true && first.report.subject.endpoint == server.url + "/chat/completions")
        #expect(try lines == 5 && first.results.allSatisfy { $0.promptTokens == 41 })
        let second = try await run(endpoint(server)).perform()
        #expect(second.report.unanswered == 0 && second.report.score.records == 6 && server.requests.count == 7)
    }

    @Test("Three questions in a row without a reply end the run, with what was answered kept")
    func stops() async throws {
        let server = try TinyServer { number, _ in number < 2 ? .completion("1") : .status(200, "rubbish") }
        await #expect { _ = try await run(endpoint(server)).perform() } throws: { error in
            (error as? EvaluationError)?.kind == .internal && "\(error)".contains("2 answers are kept")
        }
        #expect(try lines == 2 && server.requests.count == 5)
    }

    @Test("The text, the question and the beginning of the answer are one message, as long as wished but for the frame's allowance")
    func lengths() async throws {
        let server = try TinyServer { _, _ in .completion("1") }
        let subject = try EndpointSubject(endpoint(server), tokenizer: fixture.tokenizer, system: nil)
        let benchmark = try BenchmarkRegistry.benchmark("niah_single_2")
        let run = EvaluationRun(
            benchmark, subject: subject, settings: EvaluationSettings(lengths: [1000], cases: 1, seed: 1), material: fixture.material,
            folder: folder.file("r"))
        _ = try await run.perform()
        let body = try #require(server.requests.first?.components(separatedBy: "\r\n\r\n").last)
        let object = try #require(JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
        let message = try #require((object["messages"] as? [[String: String]])?.last?["content"])
        #expect(message.hasPrefix("A special magic number is hidden") && message.hasSuffix("mentioned in the provided text is"))
        let tokens = fixture.tokenizer.encode(message).count + benchmark.replyTokens + EndpointSubject.frameAllowance
        // Read as one, the seams of the parts may come to a token less or more.
        #expect(abs(tokens - 1000) <= 3)
    }
}
