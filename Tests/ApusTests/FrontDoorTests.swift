import Apus
import ApusTesting
import Testing

@Suite("The library's front door")
struct FrontDoorTests {
    @Test("A text is read, asked, saved and opened again with public names alone")
    func readAskSaveOpen() async throws {
        let folder = try TemporaryFolder()
        let model = try Model(at: TinyModel().write(to: folder.file("tiny.gguf")), threads: 1)
        let reading = try await model.read("The key is kept by Ned. Nobody else has one.", method: .streaming(window: 200))
        var answer = ""
        for try await piece in reading.ask("Who keeps the key?", options: GenerationOptions(maxTokens: 8)) { answer += piece.text }
        try await reading.save(to: folder.file("saved.reading"))
        let opened = try await model.open(folder.file("saved.reading"))
        var again = ""
        for try await piece in opened.ask("Who keeps the key?", options: GenerationOptions(maxTokens: 8)) { again += piece.text }
        #expect(again == answer)
        #expect(opened.tokenCount == reading.tokenCount)
        #expect(opened.method == "streaming:4:200")
    }

    @Test("Two models live in one process")
    func twoModels() async throws {
        let folder = try TemporaryFolder()
        let one = try Model(at: TinyModel(seed: 1).write(to: folder.file("1.gguf")), threads: 1)
        let two = try Model(at: TinyModel(family: .qwen2, seed: 2).write(to: folder.file("2.gguf")), threads: 2)
        async let first = one.read("One text.").tokenCount
        async let second = two.read("Another text.").tokenCount
        #expect(try await first > 5)
        #expect(try await second > 5)
    }
}
