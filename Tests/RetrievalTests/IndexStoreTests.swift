#if SQLite
import ApusTesting
import Diagnostics
import Documents
import Foundation
import GRDB
import Tensors
import Testing

@testable import Retrieval

@Suite("The index's file")
struct IndexStoreTests {
    private static let dimensions = 16
    private let compute = Compute(pool: WorkerPool(threads: 1))
    private let folder: TemporaryFolder
    private var path: String { folder.file("a.index") }

    init() throws { folder = try TemporaryFolder() }

    private static func settings(_ aggregation: BlockAggregation = .mean) -> IndexSettings {
        IndexSettings(
            model: nil, pooling: "mean", prefix: "", queryPrefix: "", blockTokens: 8, aggregation: aggregation, window: [],
            probe: ClusteredVectors.make(1, dimensions: dimensions, clusters: 1, seed: 99)[0])
    }

    private static func tuning(cellsFrom: Int) -> IndexTuning {
        var tuning = IndexTuning()
        (tuning.cellsFrom, tuning.unsorted, tuning.growth) = (cellsFrom, 50, 3)
        return tuning
    }

    /// A file whose passages are its lines.
    private func file(_ name: String, _ lines: [String]) throws -> IndexedFile {
        let bytes = Array(lines.joined(separator: "\n\n").utf8)
        let records = PassageRecord.records(
            of: try ExtractedText(bytes, name: name, format: .plain), contents: bytes, settings: SplitSettings(limit: 1), titleTokens: 0,
            tokens: { $0.contains(0x0A) ? 2 : 1 })
        return IndexedFile(path: name, format: "text", byteCount: bytes.count, fingerprint: Fingerprint(of: bytes), records: records)
    }

    /// A vector that depends on a text alone.
    private func vector(_ record: PassageRecord) -> [Float] {
        ClusteredVectors.make(1, dimensions: Self.dimensions, clusters: 1, seed: Fingerprint(of: record.text.utf8).value)[0]
    }

    private func add(_ file: IndexedFile, to store: IndexStore) throws {
        let missing = try store.reconcile(file)
        try store.add(missing.map { (file, $0, [vector(file.records[$0])]) })
        #expect(try store.reconcile(file).isEmpty)
    }

    private func texts(_ store: IndexStore) throws -> [String] {
        try store.read { try String.fetchAll($0, sql: "SELECT text FROM passages ORDER BY text") }
    }

    /// Every passage has its vector once, at its own place, and its words.
    private func verify(_ store: IndexStore, _ lines: [String]) throws {
        try store.check()
        #expect(try texts(store) == lines.sorted())
        let summary = try store.summary()
        #expect(summary.passages == lines.count && summary.vectors == lines.count)
        for table in ["entries", "passage_text_docsize"] {
            let count = try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") }
            #expect(count == lines.count)
        }
        try store.write { try $0.execute(sql: "INSERT INTO passage_text (passage_text, rank) VALUES ('integrity-check', 1)") }
    }

    @Test("A changed file loses what is gone, keeps what is there, and says what is missing")
    func reconciling() throws {
        let store = try IndexStore(path: path, creating: Self.settings())
        try add(try file("a", ["one", "two", "three", "two"]), to: store)
        try add(try file("b", ["one"]), to: store)
        let changed = try file("a", ["zero", "two", "one"])
        #expect(try store.isComplete("a", fingerprint: changed.fingerprint) == false)
        #expect(try store.reconcile(changed) == [0])
        #expect(try texts(store) == ["one", "one", "two"])
        try add(changed, to: store)
        #expect(try store.isComplete("a", fingerprint: changed.fingerprint))
        try verify(store, ["zero", "two", "one", "one"])
        let found = try store.passages(try store.matching("two", limit: 5), query: nil, compute: compute)
        #expect(found.map(\.range) == [6..<9] && found.map(\.place) == [3...3], "the passage was moved")
        try store.remove(["b", "unknown"])
        try verify(store, ["zero", "two", "one"])
        #expect(try store.paths() == ["a"])
    }

    @Test("What was opened again is what was written, and an unfinished file is finished")
    func reopening() throws {
        let file = try file("a", (0..<20).map { "line \($0)" })
        do {
            let store = try IndexStore(path: path, creating: Self.settings())
            let missing = try store.reconcile(file)
            try store.add(missing.prefix(7).map { (file, $0, [vector(file.records[$0])]) })
        }
        let store = try IndexStore(path: path)
        #expect(store.settings == Self.settings())
        #expect(try store.reconcile(file) == Array(7..<20))
        try add(file, to: store)
        try verify(store, file.records.map(\.text))
    }

    @Test("Searching all vectors finds the nearest by brute force; cells find most, through additions and removals")
    func searching() throws {
        let store = try IndexStore(path: path, creating: Self.settings(), tuning: Self.tuning(cellsFrom: 200))
        var kept: [Int64: [Float]] = [:]
        func addMany(_ name: String, count: Int, seed: UInt64) throws {
            let file = try file(name, (0..<count).map { "\(name) \($0)" }), missing = try store.reconcile(file)
            let vectors = ClusteredVectors.make(count, dimensions: Self.dimensions, clusters: 15, seed: seed)
            try store.add(missing.map { (file, $0, [vectors[$0]]) })
            #expect(try store.reconcile(file).isEmpty)
            let ids = try store.read {
                try Int64.fetchAll(
                    $0, sql: "SELECT passages.id FROM passages JOIN files ON files.id = file WHERE path = ? ORDER BY passages.id",
                    arguments: [name])
            }
            for (id, vector) in zip(ids, vectors) { kept[id] = vector }
        }
        func compare(_ share: Double?, least: Double) throws {
            var found = 0, queries = 0
            for query in ClusteredVectors.make(15, dimensions: Self.dimensions, clusters: 15, seed: 5) {
                let tenth = kept.values.map { ClusteredVectors.cosine($0, query) }.sorted(by: >)[9]
                let matches = try store.nearest(query, limit: 10, share: share, compute: compute)
                #expect(matches.allSatisfy { abs(Double($0.score) - ClusteredVectors.cosine(kept[$0.passage] ?? [], query)) < 1e-3 })
                // Some vectors are there twice: which of two equal ones is found says nothing.
                found += Set(matches.map(\.passage)).count { ClusteredVectors.cosine(kept[$0] ?? [], query) >= tenth - 1e-3 }
                queries += 1
            }
            #expect(Double(found) >= least * Double(10 * queries), "\(found) of \(10 * queries)")
        }
        try addMany("a", count: 150, seed: 5)
        #expect(try store.settle(compute: compute) == false)
        try compare(0.1, least: 0.98)
        try addMany("b", count: 250, seed: 5)
        #expect(try store.settle(compute: compute))
        #expect(try store.summary().cells == VectorCells.count(forVectors: 400))
        try compare(nil, least: 0.98)
        try compare(0.4, least: 0.85)
        try addMany("c", count: 100, seed: 6)
        try store.remove(["a"])
        kept = kept.filter { $0.key > 150 }
        try compare(nil, least: 0.98)
        #expect(try store.settle(compute: compute))
        try compare(nil, least: 0.98)
        try compare(1, least: 0.98)
        try verify(store, (0..<250).map { "b \($0)" } + (0..<100).map { "c \($0)" })
    }

    @Test("Long code points at its nearest block, and by maximum a passage counts once")
    func blocks() throws {
        for aggregation in [BlockAggregation.mean, .max] {
            let folder = try TemporaryFolder()
            let store = try IndexStore(path: folder.file("a.index"), creating: Self.settings(aggregation))
            let body = (0..<10).map { "    step\($0) {\n        a\n        b\n        c\n    }\n" }.joined()
            let code = Array("func long() {\n\(body)}\n".utf8), text = try ExtractedText(code, name: "a", format: .code(.swift))
            let records = PassageRecord.records(
                of: text, contents: code, settings: SplitSettings(limit: 8), titleTokens: 0, tokens: { $0.split(separator: 0x0A).count })
            let file = IndexedFile(path: "a", format: "swift", byteCount: code.count, fingerprint: text.fingerprint, records: records)
            let count = records[0].blocks.count
            #expect(records.count == 1 && count > 4)
            let vectors = ClusteredVectors.make(count, dimensions: Self.dimensions, clusters: count, seed: 8)
            #expect(try store.reconcile(file) == [0])
            try store.add([(file, 0, vectors)])
            #expect(try store.reconcile(file).isEmpty)
            try store.check()
            #expect(try store.summary().vectors == (aggregation == .max ? count : 1))
            let matches = try store.nearest(vectors[3], limit: 5, share: nil, compute: compute)
            #expect(matches.count == 1)
            if aggregation == .max { #expect(matches[0].block == 3 && matches[0].score > 0.99) }
            let found = try #require(try store.passages([1], query: vectors[3], compute: compute).first?.block)
            let block = records[0].blocks[3]
            #expect(found.range == block.range && found.lines == block.lines.lowerBound + 1...block.lines.upperBound && found.score > 0.99)
        }
    }

    @Test("Words are found whatever their case, accents and place; words that are everywhere do not count")
    func words() throws {
        let store = try IndexStore(path: path, creating: Self.settings())
        try add(try file("a", (0..<400).map { "the common \($0)" } + ["The Élan of keys", "a key* \"quoted\" AND (the"]), to: store)
        func found(_ query: String) throws -> [String] {
            try store.passages(store.matching(query, limit: 10), query: nil, compute: compute).map(\.text)
        }
        #expect(try found("elan the") == ["The Élan of keys"])
        #expect(try found("\"quoted\" AND (the OR -x: *") == ["a key* \"quoted\" AND (the"])
        #expect(try found("common").count == 10)
        #expect(try found("absent").isEmpty && found("?!").isEmpty)
    }

    @Test("Of many words the rarest are looked for, as far as the passages that have them go")
    func rareWords() throws {
        var tuning = IndexTuning()
        tuning.passagesOfWords = 10
        let texts = (0..<9).map { "middling \($0)" } + (0..<3).map { "rare \($0)" }
        try add(try file("a", texts), to: try IndexStore(path: path, creating: Self.settings()))
        func found(_ store: IndexStore) throws -> Int { try store.matching("middling rare", limit: 20).count }
        #expect(try found(IndexStore(path: path)) == 12 && found(IndexStore(path: path, tuning: tuning)) == 3)
        #expect(try IndexStore(path: path, tuning: tuning).matching("middling", limit: 20).count == 9)
    }

    @Test(
        "Frequent words are noted, which changes nothing that is found; indexes of the version before have them noted when they are opened")
    func frequentWords() throws {
        let store = try IndexStore(path: path, creating: Self.settings())
        let texts = (0..<300).map { "the common \($0)" } + (0..<300).map { "the other \($0)" } + ["the common other", "common rarity"]
        try add(try file("a", texts), to: store)
        func found() throws -> [[Int64]] {
            try ["the common", "common rarity", "the other rarity 7", "the"].map { try store.matching($0, limit: 20) }
        }
        func noted() throws -> [String: Int] {
            let rows = try store.read { try Row.fetchAll($0, sql: "SELECT * FROM frequent_words") }
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["word"], $0["passages"]) })
        }
        let before = try found()
        #expect(try before.allSatisfy { !$0.isEmpty } && noted().isEmpty)
        try store.settle(compute: compute)
        #expect(try noted() == ["the": 601, "common": 302, "other": 301] && found() == before)
        try store.write { db in
            try db.execute(sql: "DROP TABLE frequent_words; DROP TABLE word_counts; PRAGMA user_version = 2")
        }
        _ = try IndexStore(path: path)
        #expect(try noted().count == 3 && found() == before)
        // What was noted of passages that are gone since finds nothing.
        try store.remove([try file("a", texts).path])
        #expect(try noted().count == 3 && found().allSatisfy(\.isEmpty))
    }

    @Test("Two writers in turns and at once leave what one would have")
    func writers() async throws {
        let path = path, files = try (0..<12).map { number in try file("f\(number)", (0..<8).map { "\(number) line \($0 % 6)" }) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<3 {
                group.addTask {
                    let store = try IndexStore(path: path, creating: Self.settings())
                    for file in writer == 1 ? files.reversed() : files {
                        for _ in 0..<20 {
                            let missing = try store.reconcile(file)
                            if missing.isEmpty { break }
                            try store.add(missing.map { (file, $0, [self.vector(file.records[$0])]) })
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        try verify(try IndexStore(path: path), files.flatMap { $0.records.map(\.text) })
    }

    // MARK: Damage

    @Test("A missing index, another program's file and what is no database are refused")
    func refusals() throws {
        #expect(throws: IndexError.missing(path: path)) { try IndexStore(path: path) }
        let text = try folder.write(Array("some text that somebody wrote".utf8), as: "notes.txt")
        #expect(throws: IndexError.damaged(path: text, reason: "it does not begin as an index does")) { try IndexStore(path: text) }
        #expect(throws: IndexError.foreign(path: text)) { try IndexStore.remove(at: text) }
        let other = folder.file("other.sqlite")
        try DatabaseQueue(path: other).write { try $0.execute(sql: "CREATE TABLE mine (a); PRAGMA application_id = 7") }
        #expect(throws: IndexError.foreign(path: other)) { try IndexStore(path: other, creating: Self.settings()) }
        #expect(throws: IndexError.foreign(path: other)) { try IndexStore.remove(at: other) }
        let newer = folder.file("newer.index")
        try IndexStore(path: newer, creating: Self.settings()).write { try $0.execute(sql: "PRAGMA user_version = 9") }
        #expect(throws: IndexError.otherVersion(path: newer, version: 9)) { try IndexStore(path: newer) }
        try IndexStore.remove(at: newer)
        #expect(!FileManager.default.fileExists(atPath: newer))
    }

    @Test("Changed vectors and lost rows are noticed")
    func check() throws {
        let store = try IndexStore(path: path, creating: Self.settings())
        try add(try file("a", (0..<30).map { "line \($0)" }), to: store)
        try store.check()
        for change in [
            "UPDATE segments SET vectors = zeroblob(length(vectors))", "UPDATE segments SET passages = zeroblob(3)",
            "DELETE FROM entries WHERE passage = 3",
        ] {
            let copy = folder.file("copy\(change.count).index")
            try store.pool.backup(to: DatabaseQueue(path: copy))
            let damaged = try IndexStore(path: copy)
            try damaged.write { try $0.execute(sql: change) }
            #expect { try damaged.check() } throws: { ($0 as? any Failure)?.kind == .badData }
        }
    }

    @Test("An index with bytes changed at random gives an answer or a sentence, never a crash")
    func damaged() throws {
        try { () throws in
            let store = try IndexStore(path: path, creating: Self.settings(), tuning: Self.tuning(cellsFrom: 60))
            try add(try file("a", (0..<80).map { "line \($0)" }), to: store)
            try store.settle(compute: compute)
            try store.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        }()
        let whole = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        var random = SeededGenerator(seed: FuzzBudget.seed(17))
        let query = ClusteredVectors.make(1, dimensions: Self.dimensions, clusters: 1, seed: 3)[0]
        for round in 0..<FuzzBudget.rounds(25) {
            var bytes = whole
            if round % 5 == 4 { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random)) }
            for _ in 0..<Int.random(in: 1...200, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let copy = try folder.write(bytes, as: "d\(round).index")
            do {
                let store = try IndexStore(path: copy)
                for share in [nil, 0.3] {
                    let near = try store.nearest(query, limit: 10, share: share, compute: compute)
                    _ = try store.passages(near.map(\.passage), query: query, compute: compute)
                }
                _ = try store.matching("line 3", limit: 5)
                try store.check()
            } catch {
                #expect(error is any Failure, "\(error)")
            }
            try? IndexStore.remove(at: copy)
        }
    }
}
#endif
