import ApusTesting
import Diagnostics
import Documents
import Foundation
import Testing

@testable import Generation

@Suite("Many requests to one model")
struct SchedulerTests {
    private struct Answer: Equatable {
        var text = ""
        var report: GenerationReport?

        static func == (a: Answer, b: Answer) -> Bool { a.text == b.text && a.report?.tokens.generated == b.report?.tokens.generated }
    }

    private static func answers(_ stream: ReplyStream, count: Int = 1) async throws -> [Answer] {
        var answers = Array(repeating: Answer(), count: count)
        for try await event in stream {
            switch event {
            case .piece(let choice, let text, _): answers[choice].text += text
            case .finished(let choice, let report): answers[choice].report = report
            }
        }
        #expect(answers.allSatisfy { $0.report?.text == $0.text })
        return answers
    }

    private static func prompt(_ index: Int, bytes: Int) throws -> [UInt8] {
        Array(try ReadingFixture.text(bytes: bytes, from: index * 1000).bytes)
    }

    private static func request(_ prompt: [UInt8], method: AttentionMethod = .full, tokens: Int = 12) -> GenerationRequest {
        GenerationRequest(
            .text(prompt), reading: ReadingOptions(method: method, cacheType: "f32"), options: GenerationOptions(maxTokens: tokens))
    }

    @Test(
        "Together they get the replies that each gets alone, by any method",
        arguments: [
            "full", "streaming:4:60", "lm-infinite", "infllm", "sirllm", "selfextend", "hip", "sliding:100",
            "lserve:128:streaming=50", "quest:128:dense=0",
        ])
    func together(method: String) async throws {
        let fixture = try ReadingFixture(), method = AttentionMethod(method)
        let scheduler = Scheduler(model: fixture.model, options: SchedulerOptions(pageBudget: 1 << 30))
        let prompts = try [3, 700, 64, 1, 2000, 129].enumerated().map { try Self.prompt($0, bytes: $1) }
        let streams = try prompts.map { try scheduler.generate(Self.request($0, method: method)) }
        for (prompt, stream) in zip(prompts, streams) {
            let alone = try await ReadingFixture.report(
                of: fixture.model.complete(
                    prompt, reading: ReadingOptions(method: method, cacheType: "f32"), options: GenerationOptions(maxTokens: 12)))
            let answer = try await Self.answers(stream)[0]
            #expect(answer.text == alone.text)
            #expect(answer.report?.tokens.prompt == alone.tokens.prompt)
            #expect(answer.report?.stopReason == alone.stopReason)
        }
        await scheduler.drain()
        #expect(scheduler.statistics.finished == prompts.count)
    }

    @Test("A beginning that was read before is not read again, and the reply is the same; another partition reads for itself")
    func prefixes() async throws {
        let fixture = try ReadingFixture()
        let scheduler = Scheduler(model: fixture.model, options: SchedulerOptions(pageBudget: 1 << 30))
        let shared = try Self.prompt(0, bytes: 640)
        let first = try await Self.answers(scheduler.generate(Self.request(shared + Array(" One?".utf8))))[0]
        #expect(first.report?.tokens.reused == 0)
        let again = try await Self.answers(scheduler.generate(Self.request(shared + Array(" One?".utf8))))[0]
        #expect(again == first && (again.report?.tokens.reused ?? 0) >= 600)
        let other = try await Self.answers(scheduler.generate(Self.request(shared + Array(" Two?".utf8))))[0]
        #expect((other.report?.tokens.reused ?? 0) >= 576)
        var foreign = Self.request(shared + Array(" One?".utf8))
        foreign.partition = "another key"
        let apart = try await Self.answers(scheduler.generate(foreign))[0]
        #expect(apart == first && apart.report?.tokens.reused == 0)
    }

    @Test("Requests that come at once and begin alike read the beginning once")
    func followers() async throws {
        let fixture = try ReadingFixture()
        let scheduler = Scheduler(model: fixture.model, options: SchedulerOptions(pageBudget: 1 << 30))
        let shared = try Self.prompt(0, bytes: 1500)
        let streams = try (0..<6).map { try scheduler.generate(Self.request(shared + Array(" \($0)?".utf8), tokens: 3)) }
        for stream in streams { _ = try await Self.answers(stream) }
        #expect(scheduler.statistics.tokensRead < 2 * 1500)
        #expect(scheduler.statistics.tokensReused >= 5 * 1400)
    }

    @Test("Several replies to one prompt: it is read once, and with one seed they differ yet come again")
    func choices() async throws {
        let fixture = try ReadingFixture()
        let scheduler = Scheduler(model: fixture.model, options: SchedulerOptions(pageBudget: 1 << 30))
        var request = Self.request(try Self.prompt(0, bytes: 300))
        request.count = 4
        request.options.sampling = SamplingOptions(temperature: 1.2, seed: 5)
        let first = try await Self.answers(scheduler.generate(request), count: 4)
        let second = try await Self.answers(scheduler.generate(request), count: 4)
        #expect(first == second)
        #expect(Set(first.map(\.text)).count > 1)
        #expect(scheduler.statistics.tokensRead < 2 * 300 + 8 * 12)
    }

    @Test("With few pages requests wait, give their pages up and are read again, and the replies are the same", arguments: [100])
    func fewPages(pages: Int) async throws {
        let fixture = try ReadingFixture()
        let prompts = try (0..<8).map { try Self.prompt($0, bytes: 900 + $0 * 70) }
        let roomy = Scheduler(model: fixture.model, options: SchedulerOptions(pageBudget: 1 << 30))
        var expected: [Answer] = []
        for prompt in prompts { expected.append(try await Self.answers(roomy.generate(Self.request(prompt, tokens: 100)))[0]) }
        let model = try Model(at: fixture.modelPath, threads: 2)
        let pageBytes = try model.decoder.cacheSpec(keyType: .f32, valueType: .f32).pageBytes
        let scheduler = Scheduler(model: model, options: SchedulerOptions(pageBudget: pages * pageBytes))
        let streams = try prompts.map { try scheduler.generate(Self.request($0, tokens: 100)) }
        var mostBytes = 0
        for (stream, expected) in zip(streams, expected) {
            #expect(try await Self.answers(stream)[0] == expected)
            mostBytes = max(mostBytes, model.arena.mostBytesInUse)
        }
        #expect(mostBytes <= pages * pageBytes)
    }

    @Test("A prompt that could never fit is refused with the sizes, and so is what comes while shutting down")
    func refusals() async throws {
        let fixture = try ReadingFixture()
        let scheduler = Scheduler(model: fixture.model, options: SchedulerOptions(pageBudget: 1 << 17))
        await #expect(throws: SchedulingRefusal.self) {
            _ = try await Self.answers(scheduler.generate(Self.request(Self.prompt(0, bytes: 4000))))
        }
        _ = try await Self.answers(scheduler.generate(Self.request(Self.prompt(0, bytes: 40))))
        await scheduler.drain()
        #expect(throws: SchedulingRefusal.draining) { try scheduler.generate(Self.request([65])) }
    }

    @Test("A reader that leaves frees what its request held, but for the prefix, and the others go on")
    func leaving() async throws {
        let fixture = try ReadingFixture()
        let scheduler = Scheduler(model: fixture.model, options: SchedulerOptions(pageBudget: 1 << 30))
        let other = try scheduler.generate(Self.request(Self.prompt(1, bytes: 100), tokens: 50))
        do {
            let stream = try scheduler.generate(Self.request(Self.prompt(0, bytes: 500), tokens: 10_000))
            var events = 0
            for try await _ in stream {
                events += 1
                if events == 3 { break }
            }
        }
        #expect(try await Self.answers(other)[0].report?.tokens.generated ?? 0 > 0)
        await scheduler.drain()
        #expect(scheduler.statistics.running == 0 && scheduler.statistics.cancelled == 1)
    }

    @Test("A slow reader is waited for with a bounded number of events, and gets all of them")
    func slowReader() async throws {
        let fixture = try ReadingFixture()
        var options = SchedulerOptions(pageBudget: 1 << 30)
        options.eventsAhead = 8
        let scheduler = Scheduler(model: fixture.model, options: options)
        let slow = try scheduler.generate(Self.request(Self.prompt(0, bytes: 50), tokens: 200))
        let quick = try await Self.answers(scheduler.generate(Self.request(Self.prompt(1, bytes: 50), tokens: 60)))[0]
        #expect(quick.report != nil)
        #expect(scheduler.statistics.tokensGenerated < 60 + 20)
        #expect(try await Self.answers(slow)[0].report?.tokens.generated ?? 0 > 0)
    }

    @Test("Texts are read beside requests, saved, and asked by many at once")
    func readings() async throws {
        let fixture = try ReadingFixture(), folder = fixture.folder.file("saved.reading")
        let scheduler = Scheduler(model: fixture.model, options: SchedulerOptions(pageBudget: 1 << 30))
        let stream = try scheduler.generate(Self.request(Self.prompt(1, bytes: 700)))
        let text = try ReadingFixture.text(bytes: 5000)
        let reading = try await scheduler.read(text, options: ReadingOptions(cacheType: "f32"), into: folder)
        _ = try await Self.answers(stream)
        let alone = try await fixture.answer(reading)
        let opened = try await fixture.model.open(folder)
        let asked = try (0..<5).map { _ in
            try scheduler.generate(
                GenerationRequest(.question("Who?", about: opened), options: GenerationOptions(maxTokens: 12, sources: 2)))
        }
        for stream in asked {
            let answer = try await Self.answers(stream)[0]
            #expect(answer.text == alone.text)
            #expect(answer.report?.tokens.reused == reading.tokenCount)
            #expect(answer.report?.sources.count == 2)
        }
    }

    @Test("Wrong options end the request alone")
    func wrongOptions() async throws {
        let fixture = try ReadingFixture()
        let scheduler = Scheduler(model: fixture.model, options: SchedulerOptions(pageBudget: 1 << 30))
        var wrong = Self.request([65])
        wrong.options.sampling.temperature = -1
        await #expect(throws: SamplingError.self) { _ = try await Self.answers(scheduler.generate(wrong)) }
        await #expect(throws: (any Error).self) {
            _ = try await Self.answers(scheduler.generate(Self.request([65], method: AttentionMethod("nonsense"))))
        }
        #expect(try await Self.answers(scheduler.generate(Self.request([65])))[0].report != nil)
    }
}
