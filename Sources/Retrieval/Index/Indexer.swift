#if SQLite
import Diagnostics
import Documents
import Tensors

/// What came of indexing.
package struct IndexingReport: Sendable {
    package struct Skipped: Hashable, Sendable {
        package let file: String
        package let reason: String
    }

    package var indexedFiles = 0
    package var unchangedFiles = 0
    package var removedFiles = 0
    package var skipped: [Skipped] = []
    /// Passages that were embedded, and those of changed files that were there already.
    package var embeddedPassages = 0
    package var keptPassages = 0
    package var embeddedTokens = 0
    /// Tokens beyond the model's window, which were left out.
    package var cutTokens = 0
}

/// Brings an index up to date with files.
///
/// What was committed stays whatever happens: passages are added some at a time, and the next run embeds only what is missing then.
package struct Indexer {
    private let store: IndexStore
    private let embedder: Embedder
    private let compute: Compute
    private let splitting: SplitSettings
    private let progress: ProgressHandler?
    private let cancellation: Cancellation?
    private var report = IndexingReport()

    /// Tokens that titles may take in addition to a block's own.
    package static let titleTokens = 24
    /// Passages that are embedded and committed together.
    private static let batch = 64
    /// How often a file that changes meanwhile is begun again.
    private static let attempts = 3

    package init(
        store: IndexStore, embedder: Embedder, compute: Compute, progress: ProgressHandler? = nil, cancellation: Cancellation? = nil
    ) {
        self.store = store
        self.embedder = embedder
        self.compute = compute
        self.progress = progress
        self.cancellation = cancellation
        let window = store.settings.window
        splitting = SplitSettings(
            limit: store.settings.blockTokens, window: window.count == 2 ? .pieces(count: window[0], step: window[1]) : .tokens)
    }

    /// Indexes files and forgets those below what was named that are gone.
    package mutating func run(_ walk: FileWalk) async throws -> IndexingReport {
        var group: [Unfinished] = []
        for (number, file) in walk.files.enumerated() {
            try cancellation?.check("indexing")
            progress?(Progress("Indexing", completed: number, total: walk.files.count, unit: "files", detail: detail))
            guard let indexed = try read(file) else { continue }
            let missing = try store.reconcile(indexed)
            report.indexedFiles += 1
            report.keptPassages += indexed.records.count - missing.count
            if !missing.isEmpty { group.append(Unfinished(file: indexed, missing: missing)) }
            if group.reduce(0, { $0 + $1.missing.count }) >= Self.batch {
                try await complete(&group)
            }
        }
        try await complete(&group)
        try forget(walk)
        try store.settle(compute: compute, cancellation: cancellation)
        progress?(Progress("Indexing", completed: walk.files.count, total: walk.files.count, unit: "files", detail: detail))
        return report
    }

    /// A file some of whose passages are not there yet.
    private struct Unfinished {
        let file: IndexedFile
        /// Their numbers.
        let missing: [Int]
    }

    private var detail: String { "\(report.embeddedPassages) passages" }

    /// The passages of a file; nil if it has not changed, or another process was quicker, or it cannot be read.
    private mutating func read(_ file: FileWalk.File) throws -> IndexedFile? {
        do {
            let contents = try FileBytes.read(file.path), fingerprint = Fingerprint(of: contents)
            if try store.isComplete(file.path, fingerprint: fingerprint) {
                report.unchangedFiles += 1
                return nil
            }
            let text = try ExtractedText(contents, name: file.path, format: file.format), embedder = embedder
            let records = PassageRecord.records(
                of: text, contents: contents, settings: splitting, titleTokens: Self.titleTokens, tokens: embedder.tokenCount)
            return IndexedFile(
                path: file.path, format: file.format.name, byteCount: contents.count, fingerprint: fingerprint, records: records)
        } catch let error as DocumentError {
            report.skipped.append(.init(file: file.path, reason: error.description))
            return nil
        }
    }

    /// Embeds and adds what is missing of some files, until nothing is.
    private mutating func complete(_ group: inout [Unfinished]) async throws {
        for _ in 0..<Self.attempts {
            let missing = group.flatMap { work in work.missing.map { (file: work.file, number: $0) } }
            for start in stride(from: 0, to: missing.count, by: Self.batch) {
                try cancellation?.check("indexing")
                try await add(Array(missing[start..<min(missing.count, start + Self.batch)]))
            }
            group = try group.map { Unfinished(file: $0.file, missing: try store.reconcile($0.file)) }.filter { !$0.missing.isEmpty }
            if group.isEmpty { return }
        }
        throw IndexError.changing(file: group.first?.file.path ?? "")
    }

    private mutating func add(_ passages: [(file: IndexedFile, number: Int)]) async throws {
        let texts = passages.map { $0.file.records[$0.number].blockTexts }
        // Blocks behind the first are not looked at where only the first counts.
        let used = store.settings.aggregation == .first ? texts.map { Array($0.prefix(1)) } : texts
        let prepared = try embedder.prepare(used.flatMap(\.self), prefix: store.settings.prefix, truncates: true)
        var vectors = try await embedder.embed(prepared, cancellation: cancellation)[...]
        report.embeddedTokens += prepared.reduce(0) { $0 + $1.tokens.count }
        report.cutTokens += prepared.reduce(0) { $0 + $1.cutTokens }
        report.embeddedPassages += passages.count
        try store.add(
            zip(passages, used).map { passage, blocks in
                defer { vectors = vectors.dropFirst(blocks.count) }
                return (passage.file, passage.number, Array(vectors.prefix(blocks.count)))
            })
    }

    private mutating func forget(_ walk: FileWalk) throws {
        let present = Set(walk.files.map(\.path))
        let gone = try store.paths().filter { walk.covers($0) && !present.contains($0) }
        try store.remove(gone)
        report.removedFiles = gone.count
    }
}
#endif
