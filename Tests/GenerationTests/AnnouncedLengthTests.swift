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

    /// A model for 512 tokens with ordinary positions.
    private static func plainModel(in folder: TemporaryFolder) throws -> Model {
        let model = TinyModel(layers: 1, width: 32, heads: 2, keyValueHeads: 1, feedForward: 32, contextLength: 512)
        return try Model(at: model.write(to: folder.file("plain.gguf")), threads: 1)
    }

    @Test(
        "Named positions take a model beyond its window, and are kept with the reading",
        arguments: ["yarn:4", "dynamic-ntk:4", "linear:3+log"])
    func namedPositions(name: String) async throws {
        let folder = try TemporaryFolder(), model = try Self.plainModel(in: folder), saved = folder.file("saved.reading")
        let text = try ReadingFixture.text(bytes: 1100)
        await #expect { try await model.read(text) } throws: { "\($0)".contains("--positions") }
        let reading = try await model.read(text, options: ReadingOptions(positions: PositionsOption(name)), into: saved)
        #expect(reading.positions == name)
        let expected = try await ReadingFixture.report(of: reading.ask("Who?", options: GenerationOptions(maxTokens: 8)))
        #expect(expected.positions == name)
        for asked in [nil, PositionsOption(name)] {
            let opened = try await model.open(saved, positions: asked)
            let answer = try await ReadingFixture.report(of: opened.ask("Who?", options: GenerationOptions(maxTokens: 8)))
            #expect(answer.text == expected.text && answer.positions == name)
        }
        await #expect { try await model.open(saved, positions: PositionsOption("yarn:8")) } throws: {
            "\($0)".contains(name) && "\($0)".contains("yarn:8")
        }
    }

    @Test("What positions are for is all that may be read, and the context length has the last word")
    func reach() async throws {
        let folder = try TemporaryFolder(), model = try Self.plainModel(in: folder)
        let options = { (name: String, length: Int?) in ReadingOptions(positions: PositionsOption(name), contextLength: length) }
        await #expect(throws: (any Error).self) {
            try await model.read(ReadingFixture.text(bytes: 1100), options: options("linear:2", nil))
        }
        _ = try await model.read(ReadingFixture.text(bytes: 1100), options: options("linear:2", 2048))
        #expect(try await model.read(ReadingFixture.text(bytes: 1100), options: options("yarn", 2048)).positions == "yarn:4")
        await #expect { try await model.read(ReadingFixture.text(bytes: 100), options: options("yarn", nil)) } throws: {
            "\($0)".contains("yarn:FACTOR")
        }
    }

    @Test(
        "Methods that change distances read beyond the window, save and resume",
        arguments: ["selfextend:8:128", "rerope:128:16", "lm-infinite:4:256"])
    func distanceMethods(name: String) async throws {
        let folder = try TemporaryFolder(), model = try Self.plainModel(in: folder), saved = folder.file("saved.reading")
        let text = try ReadingFixture.text(bytes: 1300)
        let reading = try await model.read(text, options: ReadingOptions(method: AttentionMethod(name)), into: saved)
        let expected = try await ReadingFixture.report(of: reading.ask("Who?", options: GenerationOptions(maxTokens: 8))).text
        let opened = try await model.open(saved)
        #expect(opened.method == name)
        #expect(try await ReadingFixture.report(of: opened.ask("Who?", options: GenerationOptions(maxTokens: 8))).text == expected)
    }
}
