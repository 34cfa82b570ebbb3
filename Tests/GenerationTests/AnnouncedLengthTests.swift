import ApusTesting
import Diagnostics
import Generation
import Models
import Testing

@Suite("Models whose positions depend on the announced length")
struct AnnouncedLengthTests {
    /// A model for 512 tokens, whose rotation slows down for longer texts.
    private static func model(in folder: TemporaryFolder) throws -> Model {
        var writer = try TinyModel(layers: 1, width: 32, heads: 2, keyValueHeads: 1, feedForward: 32, contextLength: 512).writer()
        writer["llama.rope.scaling.type"] = .string("dynamic")
        writer["llama.rope.scaling.factor"] = .float32(4)
        try writer.write(to: folder.file("dynamic.gguf"))
        return try Model(at: folder.file("dynamic.gguf"), threads: 1)
    }

    @Test("The rotation is that of the announced length, within the trained window that of the model")
    func rotation() throws {
        let folder = try TemporaryFolder(), decoder = try Self.model(in: folder).decoder
        #expect(decoder.rotaryOfLayers() == decoder.rotaryOfLayers(length: 512))
        #expect(decoder.rotaryOfLayers(length: 100) == decoder.rotaryOfLayers(length: 512))
        #expect(decoder.rotaryOfLayers(length: 1024) != decoder.rotaryOfLayers(length: 512))
    }

    @Test("A saved reading keeps the length that was announced for it, and is refused under another")
    func savedReading() async throws {
        let folder = try TemporaryFolder(), model = try Self.model(in: folder), saved = folder.file("saved.reading")
        let options = ReadingOptions(contextLength: 1024)
        let reading = try await model.read(ReadingFixture.text(bytes: 700), options: options, into: saved)
        let expected = try await ReadingFixture.report(of: reading.ask("Who?", options: GenerationOptions(maxTokens: 8))).text
        for length in [nil, 1024] {
            let opened = try await model.open(saved, contextLength: length)
            let answer = try await ReadingFixture.report(of: opened.ask("Who?", options: GenerationOptions(maxTokens: 8))).text
            #expect(answer == expected)
        }
        await #expect { try await model.open(saved, contextLength: 2048) } throws: { "\($0)".contains("--context-length 1024") }
    }
}
