import ApusTesting
import Attention
import Diagnostics
import Documents
import Foundation
import KeyValues
import Testing

@testable import Generation

@Suite("The memory of methods in saved readings")
struct SavedMemoryTests {
    /// What a method might remember.
    private struct Remembered: SequenceMemory {
        var record: MemoryRecord
        var byteCount: Int { 4 * record.floats.values.reduce(0) { $0 + $1.count } }

        init(tokens: Int) {
            record = MemoryRecord(
                method: "full", tokens: tokens,
                floats: [
                    "bounds": (0..<tokens).map { Float(bitPattern: UInt32(truncatingIfNeeded: $0 &* 2_654_435_761) & 0x7F7F_FFFF) },
                    "none": [],
                ],
                integers: ["chosen": [.min, -1, 0, .max]])
        }

        mutating func truncate(to tokens: Int) -> Bool { false }
    }

    /// A method that cannot do without its memory.
    private struct Forgetful: AttentionPolicy {
        let name = "full"
        let needs = PolicyNeeds(memory: true)
        func reach(of position: Int, layer: Int) -> PolicyReach { PolicyReach(own: 0..<position + 1) }
        func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan { AttentionPlan([]) }
        func retain(in cache: KeyValueCache, layer: Int) {}
    }

    @Test("A record comes back bit for bit; a file of another reading, or a damaged one, is refused")
    func roundTrip() throws {
        let folder = try TemporaryFolder(), path = folder.file(SavedMemory.fileName(tokens: 999))
        let saved = SavedMemory(path: path, reading: "r"), record = Remembered(tokens: 999).record
        try saved.write(record)
        #expect(try saved.read() == record)
        #expect(throws: ReadingError.self) { try SavedMemory(path: path, reading: "other").read() }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for length in [0, 1, 8, 40, bytes.count / 2, bytes.count - 1] {
            try bytes.prefix(length).write(to: URL(fileURLWithPath: path))
            #expect(throws: (any Error).self) { try saved.read() }
        }
    }

    @Test("All that is ever written of a growing memory stays in proportion to the text", arguments: [100_000, 1_000_000, 10_000_000])
    func schedule(tokens: Int) {
        var saved = 0, written = 0
        for position in stride(from: 4096, through: tokens, by: 4096) where SavedMemory.isDue(at: position, saved: saved) {
            (saved, written) = (position, written + position)
        }
        #expect(written < 9 * tokens)
        #expect(tokens - saved < tokens / 8 + 4096)
    }

    @Test("The memory is saved with the reading, older ones are removed, and shards without it do not count for who needs it")
    func savesBeside() async throws {
        let fixture = try ReadingFixture(), path = fixture.folder.file("r"), folder = ReadingFolder(path: path)
        let reading = try await fixture.model.read(ReadingFixture.text(bytes: 600))
        let writer = try ReadingWriter(beginning: reading, in: path, maker: await fixture.model.maker())
        reading.cache.memory = Remembered(tokens: 100)
        try writer.seal(reading.cache)
        try writer.seal(reading.cache)
        let manifest = try folder.readManifest()
        #expect(manifest.memory == ReadingManifest.Memory(file: "memory-\(reading.tokenCount).safetensors", tokenCount: reading.tokenCount))
        let file = SavedMemory(path: folder.file(try #require(manifest.memory).file), reading: manifest.identifier)
        #expect(try file.read() == Remembered(tokens: 100).record)
        #expect(manifest.agreeing(with: Forgetful()) == manifest)
        var behind = manifest
        behind.memory = .init(file: "memory-128.safetensors", tokenCount: 128)
        #expect(behind.agreeing(with: Forgetful()).tokensRead == 128 && behind.agreeing(with: FullAttention()) == behind)
        behind.memory = nil
        #expect(behind.agreeing(with: Forgetful()).shards.isEmpty)
        behind.memory = .init(file: "memory-9000.safetensors", tokenCount: 9000)
        #expect(behind.contradiction != nil)
        try Data().write(to: URL(fileURLWithPath: folder.file("memory-64.safetensors")))
        folder.removeRemains(beside: manifest)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).filter(SavedMemory.isFileName).count == 1)
    }

    @Test(
        "Whatever the method: a reading whose process was killed goes on from its folder and answers as an uninterrupted one",
        arguments: PolicyRegistry.names)
    func survivesKills(method: String) async throws {
        let fixture = try ReadingFixture(window: 1024), path = fixture.folder.file("r"), killed = fixture.folder.file("killed")
        let options = ReadingOptions(method: AttentionMethod(method), contextLength: 6000)
        // A method that cannot be named without options, or that wants another model, has tests of its own.
        guard (try? ResolvedReading(options, decoder: fixture.model.decoder)) != nil else { return }
        let text = try ReadingFixture.text(bytes: 4700)
        let whole = try await fixture.model.read(
            text, options: options, into: path,
            progress: { progress in
                // The state in which a process that is killed here would leave the folder.
                guard progress.completed > 4500, !FileManager.default.fileExists(atPath: killed) else { return }
                try? FileManager.default.copyItem(atPath: path, toPath: killed)
            })
        let expected = try await fixture.answer(whole).text
        #expect(try await fixture.answer(fixture.model.open(path)).text == expected)
        let resumed = try await fixture.model.read(text, options: options, into: killed)
        #expect(try await fixture.answer(resumed).text == expected)
    }
}
