import ApusTesting
import Diagnostics
import Generation
import Testing

@Suite("A limit to the memory of readings")
struct MemoryLimitedReadingTests {
    @Test("Answers are the same with a limit, of a reading in memory, a saved one and an opened one")
    func sameAnswers() async throws {
        let fixture = try ReadingFixture(), text = try ReadingFixture.text(bytes: 3000)
        let expected = try await fixture.answer(fixture.model.read(text), sources: 2)
        let limited = try Model(at: fixture.modelPath, threads: 2, memoryLimit: 2 << 20)
        let path = fixture.folder.file("r")
        for reading in [try await limited.read(text), try await limited.read(text, into: path), try await limited.open(path)] {
            let answer = try await fixture.answer(reading, sources: 2)
            #expect(answer.text == expected.text && answer.sources.map(\.text) == expected.sources.map(\.text))
        }
    }

    @Test("A limit that cannot work is refused with the arithmetic")
    func tooSmall() async throws {
        let fixture = try ReadingFixture(), limited = try Model(at: fixture.modelPath, memoryLimit: 100_000)
        let text = try ReadingFixture.text(bytes: 300)
        let error = await #expect(throws: (any Error).self) { try await limited.read(text) }
        let failure = try #require(error as? any Failure)
        #expect(failure.kind == .usage)
        for part in ["100000 bytes", "4096 tokens", "16384 tokens"] { #expect(failure.description.contains(part)) }
        let options = ReadingOptions(method: .streaming(sinks: 4, window: 256))
        let narrow = await #expect(throws: (any Error).self) { try await limited.read(text, options: options) }
        #expect((narrow as? any Failure)?.description.contains("260 tokens") == true)
    }

    @Test("A conversation of many windows takes no more memory than one")
    func endlessConversation() async throws {
        let fixture = try ReadingFixture(window: 512)
        let conversation = try Conversation(model: fixture.model, options: ReadingOptions(method: AttentionMethod("streaming")))
        var inUse: [Int] = []
        for turn in 0..<24 {
            let said = try ReadingFixture.text(bytes: 400, from: 100 * turn).text
            _ = try await ReadingFixture.report(of: conversation.say(said, options: GenerationOptions(maxTokens: 8)))
            inUse.append(fixture.model.arena.bytesInUse)
        }
        // A window's ends fall into pages anywhere.
        #expect(try #require(inUse.dropFirst(4).max()) <= inUse[3] * 3 / 2)
    }
}
