import ApusTesting
import Diagnostics
import Documents
import Foundation
import Generation
import ModelFiles
import Tensors
import Testing

@Suite("Readings that nobody would make")
struct HostileReadingTests {
    /// Where numbers stand in the manifest.
    static let places: [[String]] = [
        ["token_count"], ["opening_tokens"], ["version"], ["shards", "0", "first_token"], ["shards", "0", "token_count"],
        ["parts", "0", "byte_count"], ["parts", "0", "source_offset"], ["cache", "0", "key_dim"], ["cache", "0", "value_dim"],
        ["cache", "0", "heads"], ["retrieval_heads", "heads", "0", "layer"], ["retrieval_heads", "heads", "0", "head"],
    ]
    private static let numbers: [Int] = [-1, .min, 8, 1 << 62, .max]

    @Test("Absurd numbers in a manifest are refused and allocate nothing")
    func absurdNumbers() async throws {
        let fixture = try ReadingFixture()
        let path = fixture.folder.file("r"), text = try ReadingFixture.text(bytes: 300)
        _ = try await fixture.model.read(text, into: path)
        let manifest = try JSONSerialization.jsonObject(with: Data(contentsOf: Self.manifest(of: path)))
        for keys in Self.places {
            for value in Self.numbers {
                try JSONSerialization.data(withJSONObject: Self.replacing(keys[...], in: manifest, with: value))
                    .write(to: Self.manifest(of: path))
                await expectFailure([.badData, .usage]) { _ = try await fixture.model.open(path) }
                await expectFailure([.badData, .usage]) { _ = try await fixture.model.append(text, to: path) }
            }
        }
    }

    @Test(
        "A manifest cannot name files outside its folder",
        arguments: ["../r/text-0.txt", "/etc/hostname", "..", ".", "", ".hidden", "a/b", "none"])
    func foreignFiles(name: String) async throws {
        let fixture = try ReadingFixture()
        let path = fixture.folder.file("r")
        _ = try await fixture.model.read(ReadingFixture.text(bytes: 300), into: path)
        let manifest = try JSONSerialization.jsonObject(with: Data(contentsOf: Self.manifest(of: path)))
        for keys in [["token_file"], ["parts", "0", "file"], ["shards", "0", "file"]] {
            try JSONSerialization.data(withJSONObject: Self.replacing(keys[...], in: manifest, with: name))
                .write(to: Self.manifest(of: path))
            await expectFailure([.badData, .missingInput]) { _ = try await fixture.model.open(path) }
        }
    }

    @Test("Writing again removes what a crash left half written, and shards that longer ones replaced")
    func remains() async throws {
        let fixture = try ReadingFixture()
        let path = fixture.folder.file("r"), text = try ReadingFixture.text(bytes: 300)
        _ = try await fixture.model.read(text, into: path)
        let whole = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        for name in [".shard-0-64.safetensors.1k2.partial", ".manifest.json.zz.partial", "shard-0-64.safetensors"] {
            try Data("rubbish".utf8).write(to: URL(fileURLWithPath: path + "/" + name))
        }
        _ = try await fixture.model.read(text, into: path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == whole)
    }

    @Test("A text of one character is answered, with sources wanted", arguments: ["x", "\n", " "])
    func shortText(text: String) async throws {
        let fixture = try ReadingFixture()
        let reading = try await fixture.model.read(DocumentSet(text: text, name: "short.txt"), options: ReadingOptions(frame: "plain"))
        #expect(try await fixture.answer(reading, sources: 3).tokens.reused == reading.tokenCount)
    }

    @Test("A reply without end is refused where the window ends, and begun where it does not")
    func endlessReply() async throws {
        let fixture = try ReadingFixture(window: 256)
        let endless = GenerationOptions(maxTokens: .max)
        await expectFailure([.usage]) { _ = try await ReadingFixture.report(of: fixture.model.complete([65], options: endless)) }
        let reading = try await fixture.model.read(
            ReadingFixture.text(bytes: 30), options: ReadingOptions(method: .streaming(sinks: 4, window: 60)))
        let cancellation = Cancellation()
        // A model of random weights may end its reply by itself before the first piece is seen.
        do {
            for try await _ in reading.ask("Who?", options: endless, cancellation: cancellation) { cancellation.cancel() }
        } catch is Interrupted {
            #expect(cancellation.isCancelled)
        }
    }

    @Test("A model whose weights are not numbers is told, not saved as a reading")
    func notNumbers() async throws {
        let folder = try TemporaryFolder(), path = folder.file("nan.gguf")
        var writer = try TinyModel(layers: 1, width: 32, heads: 2, keyValueHeads: 1, headDim: 16).writer()
        try writer.add(
            tensor: "blk.0.attn_q.bias", shape: [32], type: .f32,
            bytes: [UInt8](repeating: 0, count: 32 * 4).enumerated().map { [0, 0, 0xC0, 0x7F][$0.offset % 4] })
        try writer.write(to: path)
        let model = try Model(at: path, threads: 1)
        await expectFailure([.badData]) { _ = try await model.read(ReadingFixture.text(bytes: 100), into: folder.file("r")) }
        await expectFailure([.badData]) { _ = try await ReadingFixture.report(of: model.complete([65])) }
        #expect(!FileManager.default.fileExists(atPath: folder.file("r")))
    }

    @Test("A vocabulary of nothing but special tokens has retrieval heads too")
    func specialTokensOnly() async throws {
        let folder = try TemporaryFolder(), path = folder.file("special.gguf")
        var writer = try TinyModel(layers: 1, width: 32, heads: 2, keyValueHeads: 1, headDim: 16).writer()
        guard case .array(let types) = writer["tokenizer.ggml.token_type"] else { throw TestProblem.noTokenTypes }
        writer["tokenizer.ggml.token_type"] = .array(.int32(Array(repeating: 2, count: types.count)))
        try writer.write(to: path)
        _ = try await Model(at: path, threads: 1).read(ReadingFixture.text(bytes: 100), into: folder.file("r"))
    }

    private enum TestProblem: Error { case noTokenTypes }

    private static func manifest(of folder: String) -> URL { URL(fileURLWithPath: folder + "/manifest.json") }

    /// The value with what stands at the end of the path replaced; a number in the path counts elements.
    private static func replacing(_ path: ArraySlice<String>, in value: Any, with new: Any) -> Any {
        guard let key = path.first else { return new }
        if var object = value as? [String: Any] {
            object[key] = object[key].map { replacing(path.dropFirst(), in: $0, with: new) }
            return object
        }
        guard var array = value as? [Any], let index = Int(key), array.indices.contains(index) else { return value }
        array[index] = replacing(path.dropFirst(), in: array[index], with: new)
        return array
    }

    private func expectFailure(_ kinds: [FailureKind], _ work: () async throws -> Void) async {
        do {
            try await work()
            Issue.record("nothing was refused")
        } catch let failure as any Failure {
            #expect(kinds.contains(failure.kind) && !failure.description.contains("\n"), "\(failure)")
        } catch {
            Issue.record(error)
        }
    }
}
