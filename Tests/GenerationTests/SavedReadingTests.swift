import ApusTesting
import Diagnostics
import Documents
import Foundation
import Generation
import ModelFiles
import Synchronization
import Testing

@Suite("Saved readings")
struct SavedReadingTests {
    @Test("An opened reading answers as the one in memory did, and says what it reused", arguments: ["bf16", "f32", "q8", "f16", "q8:q4"])
    func opensAsItWas(cacheType: String) async throws {
        let fixture = try ReadingFixture()
        let text = try ReadingFixture.text(bytes: 1500)
        let options = ReadingOptions(cacheType: cacheType)
        let inMemory = try await fixture.model.read(text, options: options)
        _ = try await fixture.model.read(text, options: options, into: fixture.folder.file("r"))
        let opened = try await Model(at: fixture.modelPath, threads: 1).open(fixture.folder.file("r"))
        let expected = try await fixture.answer(inMemory), answer = try await fixture.answer(opened)
        #expect(answer.text == expected.text)
        #expect(answer.tokens.reused == inMemory.tokenCount)
        #expect(answer.tokens.prompt > answer.tokens.reused)
    }

    @Test("Asking never changes a reading: the same question has the same answer, and its files stay as they are")
    func askingChangesNothing() async throws {
        let fixture = try ReadingFixture()
        let path = fixture.folder.file("r")
        let reading = try await fixture.model.read(ReadingFixture.text(bytes: 1000), into: path)
        let before = try Self.contents(of: path)
        let first = try await fixture.answer(reading)
        _ = try await fixture.answer(reading, "Another question?")
        #expect(try await fixture.answer(reading).text == first.text)
        #expect(try Self.contents(of: path) == before)
    }

    @Test("A reading that was interrupted goes on where it stopped and ends the same", arguments: [600, 4200])
    func resumes(stopAfter tokens: Int) async throws {
        let fixture = try ReadingFixture()
        let text = try ReadingFixture.text(bytes: 4700), path = fixture.folder.file("r")
        let cancellation = Cancellation()
        await #expect(throws: Interrupted.self) {
            try await fixture.model.read(
                text, into: path, progress: { if $0.completed >= tokens { cancellation.cancel() } }, cancellation: cancellation)
        }
        let resumedFrom = Mutex(0)
        let resumed = try await fixture.model.read(
            text, into: path, progress: { progress in resumedFrom.withLock { $0 = progress.resumed } })
        #expect(resumedFrom.withLock { $0 } >= tokens)
        let whole = try await fixture.model.read(text)
        let expected = try await fixture.answer(whole).text
        #expect(try await fixture.answer(resumed).text == expected)
        #expect(try await fixture.answer(fixture.model.open(path)).text == expected)
    }

    @Test("Whatever file a crash left half written, the reading goes on from its last sealed shard")
    func crashLeavesRubbish() async throws {
        let fixture = try ReadingFixture()
        let text = try ReadingFixture.text(bytes: 5300), path = fixture.folder.file("r")
        let cancellation = Cancellation()
        _ = try? await fixture.model.read(
            text, into: path, progress: { if $0.completed >= 4700 { cancellation.cancel() } }, cancellation: cancellation)
        try Data("half".utf8).write(to: URL(fileURLWithPath: path + "/.shard-5120-5301.safetensors.x.partial"))
        try Data("half".utf8).write(to: URL(fileURLWithPath: path + "/shard-5120-5301.safetensors"))
        let resumed = try await fixture.model.read(text, into: path)
        let expected = try await fixture.answer(fixture.model.read(text)).text
        #expect(try await fixture.answer(resumed).text == expected)
    }

    @Test("Text that is appended is read behind the rest, and the earlier part is not read again", arguments: [100, 1023])
    func appends(first bytes: Int) async throws {
        let fixture = try ReadingFixture()
        let path = fixture.folder.file("r")
        let options = ReadingOptions(cacheType: "f32")
        let first = try await fixture.model.read(ReadingFixture.text(bytes: bytes), options: options, into: path)
        let more = try ReadingFixture.text(bytes: 700, from: 500)
        let longer = try await fixture.model.append(more, to: path)
        #expect(longer.tokenCount > first.tokenCount + 600)
        let opened = try await fixture.model.open(path)
        #expect(opened.tokenCount == longer.tokenCount)
        let expected = try await fixture.answer(longer, sources: 2)
        let answer = try await fixture.answer(opened, sources: 2)
        #expect(answer.text == expected.text)
        #expect(answer.sources.map(\.text) == expected.sources.map(\.text))
    }

    @Test("Appending that was interrupted goes on, and passages of what was appended are found where they stand")
    func resumesAppending() async throws {
        let fixture = try ReadingFixture()
        let first = try ReadingFixture.text(bytes: 300), more = try ReadingFixture.text(bytes: 2000, from: 500)
        let (cut, whole) = (fixture.folder.file("cut"), fixture.folder.file("whole"))
        for path in [cut, whole] { _ = try await fixture.model.read(first, into: path) }
        let cancellation = Cancellation()
        _ = try? await fixture.model.append(
            more, to: cut, progress: { if $0.completed >= 1000 { cancellation.cancel() } }, cancellation: cancellation)
        await Self.expectFailure(.usage, mentions: "read") { _ = try await fixture.model.open(cut) }
        let resumed = try await fixture.answer(fixture.model.append(more, to: cut), sources: 3)
        let expected = try await fixture.answer(fixture.model.append(more, to: whole), sources: 3)
        #expect(resumed.text == expected.text && resumed.sources.map(\.text) == expected.sources.map(\.text))
        for source in resumed.sources {
            let document = [first, more].first {
                $0.bytes.count >= source.end && source.text == String(decoding: $0.bytes[source.start..<source.end], as: UTF8.self)
            }
            #expect(document != nil, "\(source.start)-\(source.end): \(source.text)")
        }
    }

    @Test("A reading of another model is refused by name, one of another text is not overwritten")
    func refusesOthers() async throws {
        let fixture = try ReadingFixture(), other = try ReadingFixture(seed: 2)
        let path = fixture.folder.file("r")
        _ = try await fixture.model.read(ReadingFixture.text(bytes: 300), into: path)
        await Self.expectFailure(.usage, mentions: "model") { _ = try await other.model.open(path) }
        await Self.expectFailure(.usage, mentions: "another text") {
            _ = try await fixture.model.read(ReadingFixture.text(bytes: 400), into: path)
        }
    }

    @Test("A folder that holds other things is not filled with a reading")
    func foreignFolder() async throws {
        let fixture = try ReadingFixture()
        await Self.expectFailure(.usage, mentions: "other files") {
            _ = try await fixture.model.read(ReadingFixture.text(bytes: 300), into: fixture.folder.path)
        }
        await Self.expectFailure(.cannotWrite, mentions: "Not a directory") {
            _ = try await fixture.model.read(ReadingFixture.text(bytes: 300), into: fixture.modelPath + "/r")
        }
    }

    @Test("A file of the person's own that is named like one of a reading is not written over, the remains of a crash are")
    func ownFiles() async throws {
        let fixture = try ReadingFixture()
        let path = fixture.folder.file("mine"), own = URL(fileURLWithPath: path + "/text-0.txt")
        let text = try ReadingFixture.text(bytes: 300)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try Data("my own notes".utf8).write(to: own)
        await Self.expectFailure(.usage, mentions: "other files") { _ = try await fixture.model.read(text, into: path) }
        #expect(try Data(contentsOf: own) == Data("my own notes".utf8))
        try Data(text.text.utf8).write(to: own)
        _ = try await fixture.model.read(text, into: path)
        #expect(try await fixture.model.open(path).tokenCount > 300)
    }

    @Test("A method that needs what was dropped while reading is refused and says so; a narrower one is served")
    func refusesDroppedPages() async throws {
        let fixture = try ReadingFixture()
        let path = fixture.folder.file("r")
        let options = ReadingOptions(method: .streaming(sinks: 4, window: 256))
        let read = try await fixture.model.read(ReadingFixture.text(bytes: 3000), options: options, into: path)
        let opened = try await fixture.model.open(path)
        #expect(try await fixture.answer(opened).text == fixture.answer(read).text)
        #expect(try await fixture.answer(opened).tokens.dropped > 2000)
        await Self.expectFailure(.usage, mentions: "dropped") { _ = try await fixture.model.open(path, method: .full) }
        let narrower = try await fixture.model.open(path, method: .streaming(sinks: 4, window: 128))
        #expect(try await fixture.answer(narrower).tokens.visited == 4 + 128)
    }

    @Test("A text longer than the window is refused for methods that do not go beyond it, and read by those that do")
    func windows() async throws {
        let fixture = try ReadingFixture(window: 256)
        let text = try ReadingFixture.text(bytes: 1000)
        await Self.expectFailure(.usage, mentions: "--method auto") { _ = try await fixture.model.read(text) }
        let streaming = try await fixture.model.read(text, options: ReadingOptions(method: AttentionMethod("streaming")))
        #expect(try await fixture.answer(streaming).tokens.visited <= 256)
        let trusting = try await fixture.model.read(text, options: ReadingOptions(contextLength: 2048))
        #expect(try await fixture.answer(trusting).tokens.visited > 1000)
    }

    @Test("A folder that another process writes is not written, but may be opened by many")
    func oneWriter() async throws {
        let fixture = try ReadingFixture()
        let text = try ReadingFixture.text(bytes: 600), path = fixture.folder.file("r")
        _ = try await fixture.model.read(text, into: path)
        let writer = open(path, O_RDONLY)
        defer { close(writer) }
        #expect(flock(writer, LOCK_EX) == 0)
        await Self.expectFailure(.usage, mentions: "another process") { _ = try await fixture.model.read(text, into: path) }
        let one = try await fixture.model.open(path), two = try await Model(at: fixture.modelPath, threads: 1).open(path)
        #expect(try await fixture.answer(one).text == fixture.answer(two).text)
    }

    @Test("Damage to any file of a reading is told in one sentence, never a crash")
    func damage() async throws {
        let fixture = try ReadingFixture()
        let path = fixture.folder.file("r")
        _ = try await fixture.model.read(ReadingFixture.text(bytes: 300), into: path)
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            let file = URL(fileURLWithPath: path + "/" + name), whole = try Data(contentsOf: file)
            for damaged in [Data(), whole.prefix(whole.count / 2), Data("rubbish".utf8), whole.dropLast()] {
                try damaged.write(to: file)
                do {
                    _ = try await fixture.model.open(path)
                    #expect(name.hasSuffix(".json"), "damage to \(name) went unnoticed")
                } catch let failure as any Failure {
                    #expect(!failure.description.contains("\n"))
                }
            }
            try whole.write(to: file)
        }
        _ = try await fixture.model.open(path)
        await Self.expectFailure(.missingInput, mentions: "no such") { _ = try await fixture.model.open(path + "x") }
        await Self.expectFailure(.badData, mentions: "manifest") { _ = try await fixture.model.open(fixture.folder.path) }
    }

    @Test("Asking an opened reading reads the question alone: the saved tokens take no part, and no file changes")
    func asksWithoutReading() async throws {
        let fixture = try ReadingFixture()
        let path = fixture.folder.file("r")
        let read = try await fixture.model.read(ReadingFixture.text(bytes: 1000), into: path)
        let expected = try await fixture.answer(read)
        // Other tokens of the same number: had the text to be read again, the answer would be another.
        let file = path + "/tokens.safetensors", saved = try SafetensorsFile(path: file)
        let range = try #require(saved.tensor("tokens")).range
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        for token in stride(from: range.lowerBound, to: range.upperBound, by: 4) { bytes[token] = 65 }
        try bytes.write(to: URL(fileURLWithPath: file))
        let before = try Self.contents(of: path)
        let opened = try await Model(at: fixture.modelPath, threads: 2).open(path)
        #expect(opened.tokenCount % 64 != 0, "the question is to be written behind a part-filled page of the file")
        for _ in 0..<2 {
            let answer = try await fixture.answer(opened)
            #expect(answer.text == expected.text)
            #expect(answer.tokens.reused == read.tokenCount && answer.tokens.prompt == expected.tokens.prompt)
        }
        #expect(try Self.contents(of: path) == before)
    }

    @Test("A reading in memory is saved over one of the same text that was interrupted")
    func savesOverInterrupted() async throws {
        let fixture = try ReadingFixture()
        let text = try ReadingFixture.text(bytes: 1500), path = fixture.folder.file("r"), cancellation = Cancellation()
        _ = try? await fixture.model.read(
            text, into: path, progress: { if $0.completed >= 600 { cancellation.cancel() } }, cancellation: cancellation)
        let whole = try await fixture.model.read(text), expected = try await fixture.answer(whole).text
        try await whole.save(to: path)
        #expect(try await fixture.answer(whole).text == expected)
        #expect(try await fixture.answer(fixture.model.open(path)).text == expected)
    }

    @Test(
        "A manifest whose layers or shards cannot be is refused",
        arguments: [
            (#""key_dim" : 16"#, #""key_dim" : 8"#), (#""token_count" : 600"#, #""token_count" : 9223372036854775807"#),
            (#""heads" : 1"#, #""heads" : 2"#), (#""value_type" : "bf16""#, #""value_type" : "q8""#),
        ])
    func impossibleManifests(old: String, new: String) async throws {
        let fixture = try ReadingFixture()
        let path = fixture.folder.file("r"), file = URL(fileURLWithPath: path + "/manifest.json")
        let reading = try await fixture.model.read(ReadingFixture.text(bytes: 500), into: path)
        let manifest = try String(decoding: Data(contentsOf: file), as: UTF8.self)
        let changed = manifest.replacingOccurrences(of: old.replacingOccurrences(of: "600", with: "\(reading.tokenCount)"), with: new)
        #expect(changed != manifest)
        try Data(changed.utf8).write(to: file)
        await Self.expectFailure(.badData, mentions: "damaged") { _ = try await fixture.model.open(path) }
    }

    @Test("A page that is missing in any layer or head is missed when the reading is opened")
    func missingPage() async throws {
        let folder = try TemporaryFolder()
        let model = try Model(at: TinyModel(contextLength: 1024).write(to: folder.file("tiny.gguf")), threads: 1)
        let path = folder.file("r")
        _ = try await model.read(ReadingFixture.text(bytes: 300), into: path)
        let shard = try #require(try FileManager.default.contentsOfDirectory(atPath: path).first { $0.hasPrefix("shard") })
        let file = path + "/" + shard, places = try #require(try SafetensorsFile(path: file).tensor("layers.1.places"))
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        // The second head's first page now says that it is the first head's.
        let row = places.range.lowerBound + places.range.count / 2
        #expect(bytes[row] == 1)
        bytes[row] = 0
        try bytes.write(to: URL(fileURLWithPath: file))
        await Self.expectFailure(.usage, mentions: "tokens 0 to 63") { _ = try await model.open(path) }
    }

    @Test("A shard or a text of another reading is noticed, even of the same model and size")
    func foreignFiles() async throws {
        let fixture = try ReadingFixture()
        let one = fixture.folder.file("one"), two = fixture.folder.file("two")
        _ = try await fixture.model.read(ReadingFixture.text(bytes: 300), into: one)
        _ = try await fixture.model.read(ReadingFixture.text(bytes: 300, from: 50), into: two)
        for name in try FileManager.default.contentsOfDirectory(atPath: one) where name.hasPrefix("shard") || name.hasPrefix("text") {
            let own = URL(fileURLWithPath: one + "/" + name), whole = try Data(contentsOf: own)
            try Data(contentsOf: URL(fileURLWithPath: two + "/" + name)).write(to: own)
            await Self.expectFailure(.badData, mentions: "damaged") { _ = try await fixture.model.open(one) }
            try whole.write(to: own)
        }
        _ = try await fixture.model.open(one)
    }

    private static func contents(of folder: String) throws -> [String: Data] {
        try FileManager.default.contentsOfDirectory(atPath: folder).reduce(into: [:]) {
            $0[$1] = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + $1))
        }
    }

    private static func expectFailure(_ kind: FailureKind, mentions word: String, _ work: () async throws -> Void) async {
        do {
            try await work()
            Issue.record("nothing was refused")
        } catch let failure as any Failure {
            #expect(failure.kind == kind && failure.description.contains(word), "\(failure)")
        } catch {
            Issue.record(error)
        }
    }
}
