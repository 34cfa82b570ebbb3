#if SQLite
import Diagnostics
import Documents
import Foundation
import Retrieval
import Tensors

/// Opens an index and answers queries from it.
struct SearchRun {
    let command: SearchCommand

    func perform() async throws {
        let texts = try queries(), notes = command.common.notes, store = try IndexStore(path: command.indexOptions.index)
        // One vector at a time is compared: more threads would only wait for one another.
        let compute = try Compute(pool: WorkerPool(threads: 1), kernels: Kernels.chosen())
        let search = IndexSearch(store: store, compute: compute), embedder = try await self.embedder(store, notes: notes)
        let output = StandardOutput()
        for text in texts {
            let began = ContinuousClock.now
            let vector = try await embedder?.vector(text, prefix: store.settings.queryPrefix)
            let embedded = ContinuousClock.now, results = try find(text, vector: vector, search)
            let listing = SearchListing(
                query: text, mode: command.mode, results: results, embedSeconds: (embedded - began).seconds,
                searchSeconds: (ContinuousClock.now - embedded).seconds)
            if command.common.json { try output.write(listing.json) } else { try output.write(listing.text) }
        }
    }

    private func queries() throws -> [String] {
        guard let path = command.queries else { return [command.query ?? ""] }
        let lines = Embed.lines(of: try PlainText(reading: path).bytes)
        guard !lines.isEmpty else { throw CommandFailure.usage("\(path): there is no query in it.") }
        return lines.map { String(decoding: $0, as: UTF8.self) }
    }

    private func embedder(_ store: IndexStore, notes: Notes) async throws -> Embedder? {
        guard command.mode != .words else { return nil }
        let embedder = try await notes.openingEmbedder(
            command.model ?? store.settings.model, pooling: Pooling(rawValue: store.settings.pooling), threads: command.common.threads)
        try await embedder.checkProbe(of: store)
        return embedder
    }

    private func find(_ text: String, vector: [Float]?, _ search: IndexSearch) throws -> [SearchResult] {
        let share = command.exact ? nil : command.share ?? SearchMode.usualShare
        guard command.mode == .vectors, let vector else {
            return try search.search(text, vector: vector, limit: command.limit, share: share)
        }
        return try search.search(vector: vector, limit: command.limit, share: share)
    }
}

/// What `apus search` prints.
struct SearchListing {
    let query: String
    let mode: SearchMode
    let results: [SearchResult]
    let embedSeconds: Double
    let searchSeconds: Double

    private static let shownLines = 4
    private static let shownCharacters = 160

    var json: JSON {
        [
            "query": .string(query), "mode": .string(mode.rawValue), "results": .array(results.map(json)),
            "timing": ["embed_seconds": .number(embedSeconds), "search_seconds": .number(searchSeconds)],
        ]
    }

    private func json(_ result: SearchResult) -> JSON {
        let passage = result.passage, unit = passage.format == "pdf" ? "page" : "line"
        var members: [String: JSON] = [
            "file": .string(passage.file), "start": .integer(passage.range.lowerBound), "end": .integer(passage.range.upperBound),
            "first_\(unit)": .integer(passage.place.lowerBound), "last_\(unit)": .integer(passage.place.upperBound),
            "title": .string(passage.title), "text": .string(passage.text), "score": .number(result.score),
            "cosine": JSON(result.cosine) { .number(Double($0)) }, "vector_rank": JSON(result.vectorPlace) { .integer($0) },
            "word_rank": JSON(result.wordPlace) { .integer($0) },
        ]
        if let block = passage.block {
            members["block"] = [
                "start": .integer(block.range.lowerBound), "end": .integer(block.range.upperBound),
                "first_line": .integer(block.lines.lowerBound), "last_line": .integer(block.lines.upperBound),
                "cosine": .number(Double(block.score)),
            ]
        }
        return .object(members)
    }

    var text: String {
        guard !results.isEmpty else { return "nothing was found\n" }
        return results.enumerated().map { index, result in
            "\(index + 1). \(place(of: result.passage))\n" + excerpt(of: result.passage).map { "    \($0)\n" }.joined()
        }.joined(separator: "\n")
    }

    private func place(of passage: FoundPassage) -> String {
        let unit = passage.format == "pdf" ? " page " : ":", first = passage.block?.lines.lowerBound ?? passage.place.lowerBound
        let title = passage.title.isEmpty ? "" : "  \(passage.title.onOneLine)"
        return "\(passage.file)\(unit)\(first)\(title)"
    }

    /// The beginning of the passage, or of the block that was nearest.
    private func excerpt(of passage: FoundPassage) -> [String] {
        let skipped = (passage.block?.lines.lowerBound ?? passage.place.lowerBound) - passage.place.lowerBound
        let lines = passage.text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(passage.block == nil ? 0 : skipped)
        return lines.filter { $0.contains { !$0.isWhitespace } }.prefix(Self.shownLines).map {
            String($0.prefix(Self.shownCharacters)).onOneLine
        }
    }
}
#endif
