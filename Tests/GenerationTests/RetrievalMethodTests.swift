import ApusTesting
import Documents
import Foundation
import Generation
import Testing

/// InfLLM, LongHeads and SirLLM on a whole model, as a person uses them.
@Suite("Methods that look for what matters")
struct RetrievalMethodTests {
    static let methods = ["infllm", "longheads", "longheads-shared", "sirllm"]

    private static func options(_ method: String) -> ReadingOptions {
        ReadingOptions(method: AttentionMethod(method), cacheType: "f32")
    }

    @Test("Within the window the answer is that of full attention", arguments: methods)
    func withinWindow(method: String) async throws {
        let fixture = try ReadingFixture(window: 2048), text = try ReadingFixture.text(bytes: 700)
        let full = try await fixture.answer(fixture.model.read(text, options: Self.options("full")))
        let report = try await fixture.answer(fixture.model.read(text, options: Self.options(method)))
        #expect(report.text == full.text)
        #expect(report.tokens.prompt == full.tokens.prompt)
    }

    @Test("A text of many windows is read and asked about with bounded work, the same way each time", arguments: methods)
    func beyondWindow(method: String) async throws {
        let fixture = try ReadingFixture(window: 256), text = try ReadingFixture.text(bytes: 3000)
        await #expect(throws: (any Error).self) { try await fixture.model.read(text, options: Self.options("full")) }
        let reading = try await fixture.model.read(text, options: Self.options(method))
        let first = try await fixture.answer(reading, sources: 2), second = try await fixture.answer(reading)
        #expect(first.text == second.text)
        // The budget, and for InfLLM a block that is not complete.
        #expect(first.tokens.visited <= 256 + 64)
        #expect(first.sources.allSatisfy { String(decoding: text.bytes[$0.start..<$0.end], as: UTF8.self) == $0.text })
    }

    @Test("How surprising a prompt was is its perplexity's logarithm")
    func surprisal() async throws {
        let fixture = try ReadingFixture(window: 2048)
        let text = try ReadingFixture.text(bytes: 900), perplexity = try await fixture.model.perplexity(of: text)
        let options = GenerationOptions(maxTokens: 1)
        let report = try await ReadingFixture.report(
            of: fixture.model.complete(Array(text.bytes), reading: Self.options("sirllm"), options: options))
        #expect(abs(try #require(report.tokens.surprisal) - perplexity.meanLoss) < 0.01 * perplexity.meanLoss)
        let plain = try await ReadingFixture.report(of: fixture.model.complete(Array(text.bytes), options: options))
        #expect(plain.tokens.surprisal == nil)
        #expect(try await fixture.model.perplexity(of: text, options: Self.options("sirllm")).tokens == perplexity.tokens)
    }

    @Test("A saved reading answers as the one in memory, also after more has been read", arguments: methods)
    func saved(method: String) async throws {
        let fixture = try ReadingFixture(window: 256), folder = fixture.folder.file("saved.reading")
        let first = try ReadingFixture.text(bytes: 900), second = try ReadingFixture.text(bytes: 5000, from: 50)
        let reading = try await fixture.model.read(first, options: Self.options(method), into: folder)
        let answer = try await fixture.answer(reading)
        #expect(try await fixture.answer(fixture.model.open(folder)).text == answer.text)
        let longer = try await fixture.answer(fixture.model.append(second, to: folder))
        #expect(try await fixture.answer(fixture.model.open(folder)).text == longer.text)
    }

    @Test("A conversation goes on beyond the window, turn after turn", arguments: methods)
    func conversation(method: String) async throws {
        let fixture = try ReadingFixture(window: 256)
        let conversation = try Conversation(model: fixture.model, options: Self.options(method))
        var total = 0
        for turn in 0..<12 {
            let said = "Remember that gate \(turn) is kept by N\(turn * 7919 % 1009), who was there before."
            let report = try await ReadingFixture.report(of: conversation.say(said, options: GenerationOptions(maxTokens: 16)))
            #expect(report.tokens.visited <= 256 + 64)
            total = report.tokens.prompt
        }
        #expect(total > 800)
    }
}
