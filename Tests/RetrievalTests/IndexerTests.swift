#if SQLite
import ApusTesting
import Diagnostics
import Documents
import Foundation
import Tensors
import Testing

@testable import Retrieval

@Suite("Files indexed and searched")
struct IndexerTests {
    private let compute = Compute(pool: WorkerPool(threads: 1))
    private let model: TemporaryFolder
    private let folder: TemporaryFolder
    private let embedder: Embedder
    private let store: IndexStore

    init() async throws {
        model = try TemporaryFolder()
        folder = try TemporaryFolder()
        try TinyCheckpoint(encoderNamed: "bert").write(to: model.path, tokenizer: true)
        embedder = try Embedder(at: model.path, pooling: .mean, normalizes: false, threads: 1)
        try FileManager.default.createDirectory(atPath: folder.file("docs"), withIntermediateDirectories: true)
        let probe = try await embedder.embed(embedder.prepare([Array(IndexSettings.probeText.utf8)], truncates: true))[0].normalized
        store = try IndexStore(
            path: folder.file("a.index"),
            creating: IndexSettings(
                model: model.path, pooling: "mean", prefix: "", queryPrefix: "", blockTokens: 16, aggregation: .mean, window: [],
                probe: probe))
    }

    private func write(_ text: String, _ name: String) throws { _ = try folder.write(Array(text.utf8), as: "docs/" + name) }

    private func run(cancellation: Cancellation? = nil) async throws -> IndexingReport {
        var indexer = Indexer(store: store, embedder: embedder, compute: compute, cancellation: cancellation)
        return try await indexer.run(FileWalk([folder.file("docs")]))
    }

    private func vector(_ text: String) async throws -> [Float] {
        try await embedder.embed(embedder.prepare([Array(text.utf8)], truncates: true))[0].normalized
    }

    @Test("Only what has changed is embedded again, and what is gone is forgotten")
    func increments() async throws {
        try write("the cat\n\na hat on the mat", "a.txt")
        try write("# Keys\n\nwho keeps the key\n\nthe miller keeps it", "b.md")
        try write("", "empty.txt")
        let first = try await run()
        #expect(first.indexedFiles == 2 && first.embeddedPassages >= 4 && first.keptPassages == 0)
        #expect(first.skipped.map { ($0.file as NSString).lastPathComponent } == ["empty.txt"])
        let second = try await run()
        #expect(second.indexedFiles == 0 && second.unchangedFiles == 2 && second.embeddedPassages == 0)
        try write("# Keys\n\nwho keeps the key\n\nthe miller keeps it\n\n# Locks\n\na hat on the bed", "b.md")
        let third = try await run()
        #expect(third.indexedFiles == 1 && third.embeddedPassages > 0 && third.keptPassages > 0)
        try FileManager.default.removeItem(atPath: folder.file("docs/b.md"))
        let fourth = try await run()
        #expect(fourth.removedFiles == 1)
        try store.check()
        #expect(try store.summary().files == 1)
    }

    @Test("A passage's own text finds it first, in each mode")
    func searching() async throws {
        for number in 0..<20 { try write("\(number) of x\(number)y", "f\(number).txt") }
        _ = try await run()
        let search = IndexSearch(store: store, compute: compute), text = "7 of x7y"
        let query = try await vector(text)
        let near = try search.search(vector: query, limit: 3)
        #expect(near.first?.passage.text == text && near[0].cosine ?? 0 > 0.999 && near[0].vectorPlace == 1 && near[0].wordPlace == nil)
        let worded = try search.search("x7y", vector: nil, limit: 3)
        #expect(worded.map(\.passage.text) == [text] && worded[0].score == 1 && worded[0].cosine == nil)
        let both = try search.search("of x7y", vector: query, limit: 5)
        #expect(both.count == 5 && both[0].passage.text == text && abs(both[0].score - 2.0 / 61) < 1e-9)
        #expect(both.map(\.score) == both.map(\.score).sorted(by: >))
    }

    @Test("Work that was interrupted is taken up where it ended")
    func resuming() async throws {
        // Some passages are there already, as after a kill.
        try write((0..<150).map { "line \($0)" }.joined(separator: "\n\n"), "long.txt")
        _ = try await run()
        try write((0..<200).map { "line \($0)" }.joined(separator: "\n\n"), "long.txt")
        let cancellation = Cancellation()
        cancellation.cancel()
        await #expect(throws: Interrupted.self) { try await run(cancellation: cancellation) }
        let report = try await run()
        #expect(report.keptPassages > 50 && report.embeddedPassages > 5)
        try store.check()
        let text = Array((0..<200).map { "line \($0)" }.joined(separator: "\n\n").utf8)
        let covered = try store.passages(try store.matching("line", limit: 1000), query: nil, compute: compute)
        #expect(covered.allSatisfy { Array(text[$0.range]) == Array($0.text.utf8) })
        #expect(covered.reduce(0) { $0 + $1.text.split(separator: "\n").count { !$0.isEmpty } } == 200)
    }

    @Test("The probe knows the model again, and another one is another")
    func probe() async throws {
        #expect(store.settings.isProbe(try await vector(IndexSettings.probeText)))
        #expect(!store.settings.isProbe(try await vector("something else")))
        #expect(!store.settings.isProbe([1]))
    }
}
#endif
