import ApusTesting
import Documents
import ModelFiles
import Testing

@testable import Generation

@Suite("Reading with landmarks")
struct LandmarkReadingTests {
    /// A tiny model whose vocabulary has a landmark, the last of its tokens.
    private static func model(in folder: TemporaryFolder) throws -> Model {
        let tiny = TinyModel(
            layers: 2, width: 32, heads: 2, keyValueHeads: 1, feedForward: 32, vocabulary: .bytes(further: ["<landmark>"]),
            contextLength: 256)
        var writer = try tiny.writer()
        let normal = Array(repeating: Int32(6), count: 256)
        writer["tokenizer.ggml.token_type"] = .array(.int32([2, 3, 3] + normal + [3]))
        try writer.write(to: folder.file("tiny.gguf"))
        return try Model(at: folder.file("tiny.gguf"), threads: 1)
    }

    private static let landmark: Int32 = 259
    private static let method = ReadingOptions(method: AttentionMethod("landmark:15:4"))

    @Test("A landmark stands behind every block of the text, and nowhere else")
    func reading() async throws {
        let folder = try TemporaryFolder(), model = try Self.model(in: folder)
        let reading = try await model.read(ReadingFixture.text(bytes: 900), options: Self.method)
        let tokens = reading.text.tokens
        #expect(tokens.count > 900 && reading.cache.tokenCount == tokens.count)
        for (position, token) in tokens.enumerated() { #expect((token == Self.landmark) == (position % 16 == 15)) }
        #expect(reading.text.ends.count == reading.text.textTokens && reading.text.ends == reading.text.ends.sorted())
        let plain = try await model.read(ReadingFixture.text(bytes: 900), options: ReadingOptions(contextLength: 2000))
        #expect(tokens.filter { $0 != Self.landmark } == plain.text.tokens)
    }

    @Test("Generation sets landmarks as it goes on, and no position is farther than the blocks called back")
    func generating() async throws {
        let folder = try TemporaryFolder(), model = try Self.model(in: folder)
        let reading = try await model.read(ReadingFixture.text(bytes: 700), options: Self.method)
        let options = GenerationOptions(maxTokens: 40, sources: 2)
        let report = try await ReadingFixture.report(of: reading.ask("Who?", options: options))
        #expect(report.method == "landmark:15:4" && report.tokens.visited <= 4 * 16 + 15)
        #expect(!report.sources.isEmpty)
        #expect(try await ReadingFixture.report(of: reading.ask("Who?", options: options)).text == report.text)
    }

    @Test("A saved reading is asked with the same answer, appended to, and with no other landmarks")
    func saving() async throws {
        let folder = try TemporaryFolder(), model = try Self.model(in: folder), path = folder.file("reading")
        let text = try ReadingFixture.text(bytes: 500)
        let reading = try await model.read(text, options: Self.method, into: path)
        func answer(_ reading: Reading) async throws -> String {
            try await ReadingFixture.report(of: reading.ask("Who?", options: GenerationOptions(maxTokens: 20))).text
        }
        #expect(try await answer(model.open(path)) == answer(reading))
        await #expect(throws: LandmarkError.self) { try await model.open(path, method: AttentionMethod("landmark:20:4")) }
        let longer = try await model.append(ReadingFixture.text(bytes: 300, from: 9), to: path)
        for (position, token) in longer.text.tokens.enumerated() { #expect((token == Self.landmark) == (position % 16 == 15)) }
        #expect(longer.cache.tokenCount == longer.text.tokens.count)
    }

    @Test("A model without a landmark is refused before it reads, with a word on what is missing")
    func refusal() async throws {
        let fixture = try ReadingFixture()
        await #expect(throws: LandmarkError.noLandmark(method: "landmark:50:4")) {
            try await fixture.model.read(ReadingFixture.text(bytes: 100), options: ReadingOptions(method: AttentionMethod("landmark")))
        }
        let message = LandmarkError.noLandmark(method: "landmark:50:4").description
        #expect(message.contains("<landmark>") && message.contains("trained"))
    }

    @Test("Perplexity passes over landmarks: nobody is to say them")
    func perplexity() async throws {
        let folder = try TemporaryFolder(), model = try Self.model(in: folder), text = try ReadingFixture.text(bytes: 400)
        let plain = try await model.perplexity(of: text, options: ReadingOptions(contextLength: 1000))
        let landmarks = try await model.perplexity(of: text, options: Self.method)
        #expect(plain.tokens == landmarks.tokens && landmarks.meanLoss.isFinite)
    }
}
