import ApusTesting
import Diagnostics
import Documents
import Foundation
import Generation
import Testing

@Suite("Generation")
struct GenerationTests {
    static let story = "models/stories260K/stories260K-f32.gguf"
    static let hasStory = ExternalData.exists(story)

    private struct ExpectedStory: Decodable {
        let text: String
        let generatedIds: [Int]
    }

    @Test(
        "Greedy text of the real story model is the known story, with any number of threads", .enabled(if: hasStory, "needs shared/data"),
        arguments: [1, 2, 3])
    func knownStory(threads: Int) async throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let file = ExternalData.path("models/stories260K/expected-greedy.json")
        let expected = try decoder.decode(ExpectedStory.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
        let model = try Model(at: ExternalData.path(Self.story), threads: threads)
        let options = GenerationOptions(maxTokens: expected.generatedIds.count)
        let report = try await ReadingFixture.report(of: model.complete([], options: options))
        #expect(report.text.trimmingCharacters(in: .whitespaces) == expected.text.trimmingCharacters(in: .whitespaces))
        #expect(report.tokens.generated == expected.generatedIds.count)
    }

    @Test("The same seed gives the same text for any number of threads, another seed another text")
    func seeds() async throws {
        let fixture = try ReadingFixture()
        func text(seed: UInt64, threads: Int) async throws -> String {
            let model = try Model(at: fixture.modelPath, threads: threads)
            let options = GenerationOptions(sampling: SamplingOptions(temperature: 1.5, seed: seed), maxTokens: 40)
            return try await ReadingFixture.report(of: model.complete(Array("Once".utf8), options: options)).text
        }
        let first = try await text(seed: 7, threads: 1)
        #expect(try await text(seed: 7, threads: 3) == first)
        #expect(try await text(seed: 8, threads: 1) != first)
    }

    @Test("A stop string ends the text before it, wherever the tokens fall")
    func stopStrings() async throws {
        let fixture = try ReadingFixture()
        let prompt = Array("The gate".utf8), sampling = SamplingOptions(temperature: 1, seed: 3)
        let free = GenerationOptions(sampling: sampling, maxTokens: 60)
        let whole = try await ReadingFixture.report(of: fixture.model.complete(prompt, options: free)).text
        let scalars = Array(whole.unicodeScalars)
        let stop = scalars[(scalars.count / 3)...].prefix(3)
        let first = try #require(scalars.indices.first { scalars[$0...].starts(with: stop) })
        let report = try await ReadingFixture.report(
            of: fixture.model.complete(prompt, options: GenerationOptions(sampling: sampling, maxTokens: 60, stop: [Self.string(stop)])))
        #expect(Array(report.text.unicodeScalars) == Array(scalars[..<first]))
        #expect(report.stopReason == .stopString)
    }

    private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return text
    }

    @Test("Cancelling stops the stream, and the model serves the next request")
    func cancelling() async throws {
        let fixture = try ReadingFixture()
        let stream = fixture.model.complete(Array("Go".utf8), options: GenerationOptions(maxTokens: 10_000))
        var pieces = 0
        for try await _ in stream {
            pieces += 1
            if pieces == 3 { break }
        }
        let next = try await ReadingFixture.report(of: fixture.model.complete(Array("Go".utf8), options: GenerationOptions(maxTokens: 2)))
        #expect(next.tokens.generated <= 2)
    }

    @Test("Sources are passages of the text, with offsets at which the files hold exactly that text")
    func sources() async throws {
        let fixture = try ReadingFixture()
        let names = try ["\u{FEFF}First file. It has a mark before it. Nothing else is in it.", "Second file. Gate 7 is kept by Ned."]
            .enumerated()
            .map { try fixture.folder.write(Array($1.utf8), as: "\($0).txt") }
        let reading = try await fixture.model.read(DocumentSet(reading: names))
        let report = try await fixture.answer(reading, sources: 4)
        #expect(!report.sources.isEmpty && report.sources.count <= 4)
        for source in report.sources {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: source.file))
            #expect(String(decoding: bytes[source.start..<source.end], as: UTF8.self) == source.text)
            #expect((0...1).contains(source.weight))
        }
    }

    @Test("A conversation appends turn after turn and counts what it reuses")
    func conversation() async throws {
        let fixture = try ReadingFixture()
        let conversation = try Conversation(model: fixture.model, options: ReadingOptions(method: .streaming(sinks: 4, window: 64)))
        let first = try await ReadingFixture.report(of: conversation.say("Hello", options: GenerationOptions(maxTokens: 5)))
        let second = try await ReadingFixture.report(of: conversation.say("And now?", options: GenerationOptions(maxTokens: 5)))
        #expect(first.tokens.reused == 0)
        #expect(second.tokens.reused >= first.tokens.prompt)
        #expect(second.tokens.visited <= 68)
    }

    @Test("What was cut off stays in a conversation to its last token, and what was never read leaves no trace")
    func conversationAfterCuts() async throws {
        let fixture = try ReadingFixture()
        let conversation = try Conversation(model: fixture.model, options: ReadingOptions())
        let cancelled = Cancellation()
        cancelled.cancel()
        await #expect(throws: Interrupted.self) {
            try await ReadingFixture.report(of: conversation.say("Hello", cancellation: cancelled))
        }
        let first = try await ReadingFixture.report(of: conversation.say("Hello", options: GenerationOptions(maxTokens: 5)))
        let second = try await ReadingFixture.report(of: conversation.say("And now?", options: GenerationOptions(maxTokens: 5)))
        #expect(first.tokens.reused == 0 && first.stopReason == .length)
        #expect(second.tokens.reused == first.tokens.prompt + first.tokens.generated)
    }

    @Test("A cancellation that nobody asked for serves one request after another")
    func sharedCancellation() async throws {
        let fixture = try ReadingFixture(), cancellation = Cancellation()
        for _ in 0..<2 {
            let stream = fixture.model.complete(Array("Go".utf8), options: GenerationOptions(maxTokens: 2), cancellation: cancellation)
            #expect(try await ReadingFixture.report(of: stream).tokens.generated <= 2)
        }
        #expect(!cancellation.isCancelled)
        cancellation.cancel()
        await #expect(throws: Interrupted.self) {
            try await ReadingFixture.report(of: fixture.model.complete(Array("Go".utf8), cancellation: cancellation))
        }
    }

    @Test("Any number of tokens to generate is refused or served, never a crash")
    func extremeLengths() async throws {
        let fixture = try ReadingFixture(), reading = try await fixture.model.read(ReadingFixture.text(bytes: 100))
        await #expect(throws: (any Error).self) { try await fixture.answer(reading, tokens: .max) }
        #expect(try await fixture.answer(reading, tokens: 0).tokens.generated == 0)
    }

    @Test("On a model with a window of its own, what was visited is what that shows")
    func ownWindow() async throws {
        let folder = try TemporaryFolder()
        var writer = try TinyModel(contextLength: 1024).writer()
        writer["llama.attention.sliding_window"] = .uint32(24)
        try writer.write(to: folder.file("tiny.gguf"))
        let model = try Model(at: folder.file("tiny.gguf"), threads: 1)
        let prompt = Array(String(repeating: "word ", count: 30).utf8)
        let report = try await ReadingFixture.report(of: model.complete(prompt, options: GenerationOptions(maxTokens: 3)))
        #expect(report.tokens.visited == 24)
    }

    @Test("Perplexity is that of the uniform guess or better than nonsense, the same in buckets of any size")
    func perplexity() async throws {
        let fixture = try ReadingFixture()
        let text = try ReadingFixture.text(bytes: 700)
        let fine = try await fixture.model.perplexity(of: text, bucket: 64),
            coarse = try await fixture.model.perplexity(of: text, bucket: 5000)
        #expect(abs(fine.meanLoss - coarse.meanLoss) < 1e-9)
        #expect(coarse.buckets.count == 1 && fine.buckets.count == 11)
        #expect(fine.tokens == coarse.tokens && fine.tokens >= 700)
        #expect(fine.perplexity > 1 && fine.perplexity < 5000)
    }

    @Test("The next-token distribution sums to one and its best token is the greedy choice")
    func nextTokens() async throws {
        let fixture = try ReadingFixture()
        let prompt = Array("The keeper".utf8)
        let tokens = try await fixture.model.nextTokens(after: prompt, count: 100_000)
        #expect(abs(tokens.reduce(0) { $0 + exp($1.logProbability) } - 1) < 1e-6)
        #expect(zip(tokens, tokens.dropFirst()).allSatisfy { $0.logProbability >= $1.logProbability })
    }

    @Test("A speed test reports every case it was asked for")
    func speed() async throws {
        let fixture = try ReadingFixture()
        let test = SpeedTest(prefill: [16, 32], decode: 2, depths: [0, 100], repeats: 2, reading: ReadingOptions())
        var results: [SpeedResult] = []
        for result in try await fixture.model.measured(test) { results.append(result) }
        #expect(results.count == test.cases)
        #expect(results.allSatisfy { $0.tokensPerSecond > 0 && $0.tokensPerSecondOfEach.count == 2 })
        #expect(Set(results.map(\.depth)) == [0, 100])
        #expect(results.first { $0.test == .decode && $0.depth == 100 }?.keysVisited == 102)
    }
}

extension GenerationTests {
    @Test("Segments are measured as one question has them: each read by itself, and written behind those that are kept")
    func segmentSpeed() async throws {
        let fixture = try ReadingFixture()
        let test = SpeedTest(
            prefill: [50], decode: 2, depths: [0, 30, 300], repeats: 2, reading: ReadingOptions(method: AttentionMethod("segments:40:8:2")))
        let results = try await fixture.model.measured(test)
        #expect(results.count == test.cases)
        #expect(results.allSatisfy { $0.tokensPerSecond > 0 && $0.tokensPerSecondOfEach.count == 2 && $0.method == "segments:40:8:2" })
        #expect(results.filter { $0.test == .prefill }.map(\.keysVisited) == [37, 37, 37])
        #expect(results.filter { $0.test == .decode }.map(\.keysVisited) == [2, 32, 114])
    }

    @Test("A depth that no machine holds is refused before anything is filled", arguments: [1 << 40, Int.max])
    func absurdDepth(depth: Int) async throws {
        let fixture = try ReadingFixture()
        let test = SpeedTest(prefill: [16], decode: 0, depths: [0, depth], repeats: 1, reading: ReadingOptions())
        await #expect(throws: (any Error).self) { try await fixture.model.measured(test) }
    }
}

extension Model {
    fileprivate func measured(_ test: SpeedTest) throws -> [SpeedResult] {
        var results: [SpeedResult] = []
        try measure(test) { results.append($0) }
        return results
    }
}
