import ApusTesting
import Attention
import Documents
import Testing

@testable import Generation

@Suite("The method auto")
struct AutomaticMethodTests {
    private func automatic(memory: Int = 1 << 30, retrieving: [String] = [], answersOnly: Bool = false) -> AutomaticMethod {
        AutomaticMethod(window: 1000, bytesPerToken: 100, memory: memory, retrieving: retrieving, answersOnly: answersOnly)
    }

    @Test("Full attention while text, question and reply fit window and memory")
    func fits() {
        #expect(automatic().choice(tokens: 900, reserved: 30).method == "full")
        #expect(automatic().choice(tokens: 900, reserved: 60).method == "streaming")
        let little = automatic(memory: 50_000).choice(tokens: 900, reserved: 0)
        #expect(little.method == "streaming" && little.reason.contains("90000 bytes"))
    }

    @Test("Beyond the window a method that looks things up, where there is one and memory for it; otherwise one that forgets")
    func beyond() {
        let found = automatic(retrieving: ["infllm"]).choice(tokens: 5000, reserved: 10)
        #expect(found.method == "infllm" && found.reason.contains("5000") && found.reason.contains("1000"))
        #expect(automatic(memory: 400_000, retrieving: ["infllm"]).choice(tokens: 5000, reserved: 10).method == "streaming")
        #expect(automatic().choice(tokens: .max / 2, reserved: .max).method == "streaming")
        #expect(automatic().choice(tokens: nil, reserved: 0).reason.contains("no end"))
    }

    @Test("A text that is only asked questions is asked segment by segment, unless it fits the window or the reply takes most of that")
    func answersOnly() {
        let asked = automatic(retrieving: ["infllm"], answersOnly: true)
        #expect(asked.choice(tokens: 900, reserved: 30).method == "full")
        let beyond = asked.choice(tokens: 5000, reserved: 100)
        #expect(beyond.method == "segments" && beyond.reason.contains("5000") && beyond.reason.contains("every question"))
        #expect(asked.choice(tokens: 5000, reserved: 600).method == "infllm")
    }

    @Test(
        "A text that has been read is asked with what read it, or segment by segment where that has forgotten some of it",
        arguments: [
            ("full", true), ("infllm", true), ("lm-infinite:4:40:8", true), ("full:1/2+sliding:50", true), ("streaming:4:4096", true),
            ("sliding:50", false), ("streaming:4:46", false), ("lm-infinite:4:40", false),
        ])
    func saved(method: String, seesAll: Bool) throws {
        let policy = try PolicyRegistry.policy(method, window: 100, layers: 4)
        let choice = AutomaticMethod.choice(readWith: policy, tokens: 1000, layers: 4)
        #expect(choice.method == (seesAll ? policy.name : "segments"))
    }

    @Test("Reading, completing and conversing take what was chosen and say so")
    func uses() async throws {
        let fixture = try ReadingFixture(window: 300), auto = ReadingOptions(method: .automatic)
        let short = try await fixture.model.read(ReadingFixture.text(bytes: 100), options: auto, reserved: 10)
        #expect(short.method == "full" && short.notes.contains { $0.contains("full is taken") })
        let long = try await fixture.model.read(ReadingFixture.text(bytes: 2000), options: auto, reserved: 10)
        let report = try await fixture.answer(long)
        #expect(long.method == "segments" && report.method.hasPrefix("segments:") && report.choice?.reason.contains("300") == true)
        #expect(try await ReadingFixture.report(of: fixture.model.complete(Array("Go".utf8), reading: auto)).choice?.method == "full")
        #expect(try Conversation(model: fixture.model, options: auto).notes.contains { $0.contains("no end") })

        let speed = SpeedTest(prefill: [16], decode: 0, depths: [0], repeats: 1, reading: auto)
        await #expect(throws: NoLengthToChooseBy.self) { try await fixture.model.measure(speed) { _ in } }

        let folder = fixture.folder.file("saved")
        _ = try await fixture.model.read(ReadingFixture.text(bytes: 100), options: auto, into: folder)
        #expect(try await fixture.model.open(folder, method: .automatic).method == "full")
        let forgetful = fixture.folder.file("forgetful"), streaming = ReadingOptions(method: AttentionMethod("streaming:4:90"))
        _ = try await fixture.model.read(ReadingFixture.text(bytes: 2000), options: streaming, into: forgetful)
        let opened = try await fixture.model.open(forgetful, method: .automatic)
        #expect(try await fixture.answer(opened).method.hasPrefix("segments:"))
    }
}
