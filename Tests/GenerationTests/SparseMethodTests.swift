import ApusTesting
import Attention
import Diagnostics
import Documents
import Foundation
@testable import Generation
import KeyValues
import ModelFiles
import Models
import Tensors
import Testing

@Suite("Methods that visit a part of the keys, on a whole decoder")
struct SparseMethodTests {
    private let folder: TemporaryFolder
    private let path: String
    private let model: Model

    init() throws {
        folder = try TemporaryFolder()
        path = try TinyModel(contextLength: 8192).write(to: folder.file("tiny.gguf"))
        model = try Model(at: path, threads: 2)
    }

    private func read(_ method: String, bytes: Int = 1500, into folder: String? = nil) async throws -> Reading {
        let options = ReadingOptions(method: AttentionMethod(method), cacheType: "f32")
        return try await model.read(ReadingFixture.text(bytes: bytes), options: options, into: folder)
    }

    private func answer(_ reading: Reading) async throws -> GenerationReport {
        try await ReadingFixture.report(of: reading.ask("Who kept it?", options: GenerationOptions(maxTokens: 12, sources: 1)))
    }

    /// Those that show everything, by their budget or because they leave nothing out.
    private static let everything = [
        "lserve:8192:streaming=0", "lserve:8192:sinks=4096:local=8192", "quest:8192", "hip:8192", "hip:512:window=8192",
    ]
    private static let parts = [
        "lserve:256", "lserve:192:streaming=100:sinks=64:local=64", "quest:192:dense=0", "lserve:256:reading=pages",
        "hip:64:window=64:dense=0", "hip:64:window=64:dense=1:block=4:show=pages", "squeezed:70", "squeezed:90:levels=2:clusters=20",
    ]

    @Test("With all keys in the budget the answer is that of full attention", arguments: everything)
    func complete(method: String) async throws {
        let expected = try await answer(read("full")), found = try await answer(read(method))
        #expect(found.text == expected.text)
    }

    @Test("A reading that was saved answers as the one in memory, and asking changes nothing", arguments: parts)
    func saved(method: String) async throws {
        let inMemory = try await read(method), saved = folder.file("r")
        _ = try await read(method, into: saved)
        let opened = try await Model(at: path, threads: 1).open(saved)
        let expected = try await answer(inMemory)
        #expect(try await answer(opened).text == expected.text)
        #expect(try await answer(inMemory).text == expected.text)
    }

    @Test("A reading that another method made can be asked, if that one kept everything", arguments: ["hip:64", "squeezed:70"])
    func others(method: String) async throws {
        let saved = folder.file("r")
        let reading = try await model.read(
            ReadingFixture.text(bytes: 1500), options: ReadingOptions(method: AttentionMethod("hip:128"), cacheType: "f32"), into: saved)
        let opened = try await model.open(saved, method: AttentionMethod(method))
        #expect(opened.tokenCount == reading.tokenCount && opened.method == method)
        #expect(try await !answer(opened).text.isEmpty)
    }

    @Test(
        "Reading in chunks of whole pages and then token by token gives what reading at once gives",
        arguments: ["lserve:192:reading=pages:interval=64", "hip:64:window=64:dense=0:refresh=64"])
    func chunks(method: String) throws {
        let decoder = model.decoder, policy = try PolicyRegistry.policy(method, window: 8192).divided(by: HeadScores([[0, 1], [1, 0]]))
        let spec = try decoder.cacheSpec(keyType: .f32, valueType: .f32, frame: .origin)
        let tokens = (0..<704).map { Int32($0 * 37 % 250 + 3) }
        let found = try [[704], [64, 128, 512], [320, 384]].map { chunks in
            let cache = decoder.makeCache(spec, arena: PageArena())
            var rest = tokens[...], rows: [Float] = []
            for length in chunks {
                let states = try decoder.states(tokens: Array(rest.prefix(length)), cache: cache, policy: policy, wanted: .all)
                decoder.endChunk(rest.prefix(length), in: cache, by: policy)
                rows += try #require(states).rowValues
                rest = rest.dropFirst(length)
            }
            return rows
        }
        for other in found.dropFirst() { #expect(zip(found[0], other).allSatisfy { abs($0 - $1) < 1e-3 }) }
    }

    @Test("Streaming heads are found by the copying test, and their pages are given back")
    func streaming() async throws {
        let half = try await read("lserve:4096:sinks=64:local=64", bytes: 4000),
            none = try await read("lserve:4096:streaming=0", bytes: 4000)
        #expect(half.cache.bytesInUse < none.cache.bytesInUse * 6 / 10)
    }

    @Test("Gates are read from text and from safetensors, and those of another model are refused")
    func gates() async throws {
        let text = folder.file("gates.tsv"), tensor = folder.file("gates.safetensors"), odd = folder.file("odd.tsv")
        try Data("0.1\t0.9\n1.5, 0.2\n".utf8).write(to: URL(fileURLWithPath: text))
        try Data("0.1 0.9\n".utf8).write(to: URL(fileURLWithPath: odd))
        var writer = try SafetensorsWriter(path: tensor, tensors: [SafetensorsTensor(name: "gates", element: .float32, shape: [2, 2])])
        try [Float](arrayLiteral: 0.1, 0.9, 1.5, 0.2).withUnsafeBytes { try writer.write($0, of: "gates") }
        try writer.finish()
        let answers = try await [text, tensor].asyncMap { path in
            try await answer(read("lserve:256:sinks=64:local=64:gates=\(path)")).text
        }
        #expect(answers[0] == answers[1])
        await #expect(throws: (any Error).self) { try await read("lserve:256:gates=\(odd)") }
        await #expect(throws: (any Error).self) { try await read("lserve:256:gates=\(folder.file("none"))") }
    }

    @Test(
        "A model whose scores depend on distances by themselves is refused before anything is read",
        arguments: ["lserve", "hip", "squeezed"])
    func slopes(method: String) async throws {
        let checkpoint = try TinyCheckpoint(named: "mpt"), other = try TemporaryFolder()
        try checkpoint.write(to: other.path, tokenizer: true)
        let model = try Model(at: other.path)
        #expect(throws: AttentionError.self) { try Conversation(model: model, options: ReadingOptions(method: AttentionMethod(method))) }
    }

    @Test("A method for questions about a text is refused where there is none")
    func withoutText() throws {
        #expect(throws: AttentionError.textMissing(method: "squeezed:70")) {
            try Conversation(model: model, options: ReadingOptions(method: AttentionMethod("squeezed:70")))
        }
    }
}

extension Array {
    fileprivate func asyncMap<Other>(_ transform: (Element) async throws -> Other) async rethrows -> [Other] {
        var others: [Other] = []
        for element in self { others.append(try await transform(element)) }
        return others
    }
}

extension Tensor {
    fileprivate var rowValues: [Float] { (0..<rows).flatMap { row in (0..<columns).map { self[row, $0] } } }
}
