#if SQLite
import Diagnostics
import Retrieval
import Tensors

/// Opens or makes an index, brings it up to date and tells what came of it.
struct IndexingRun {
    let command: IndexCommand

    private static let usualTokens = 256

    func perform() async throws {
        let began = ContinuousClock.now, path = command.indexOptions.index, notes = command.common.notes
        let walk = try FileWalk(command.paths)
        if command.rebuild { try IndexStore.remove(at: path) }
        let (report, summary) = try await Interruption.guarding(notes: notes) { cancellation in
            let (store, embedder) = try await open(path, notes: notes)
            return try await index(walk, store, embedder, cancellation: cancellation)
        }
        let listing = IndexListing(path: path, report: report, summary: summary, seconds: (ContinuousClock.now - began).seconds)
        for skipped in report.skipped { notes.note("left out: \(skipped.reason)") }
        if command.common.json { try StandardOutput().write(listing.json) } else { try StandardOutput().write(listing.text) }
    }

    /// The index with the model that it was made with, or a new one.
    private func open(_ path: String, notes: Notes) async throws -> (IndexStore, Embedder) {
        do {
            let store = try IndexStore(path: path)
            try store.check()
            try checkOptions(store)
            let embedder = try await notes.openingEmbedder(
                command.modelOptions.model ?? store.settings.model, pooling: Pooling(rawValue: store.settings.pooling),
                threads: command.common.threads)
            try await embedder.checkProbe(of: store)
            return (store, embedder)
        } catch IndexError.missing {
            let embedder = try await notes.openingEmbedder(
                command.modelOptions.model, pooling: command.pooling, threads: command.common.threads)
            let store = try IndexStore(path: path, creating: await settings(embedder))
            // Another process may have been quicker.
            try checkOptions(store)
            try await embedder.checkProbe(of: store)
            return (store, embedder)
        }
    }

    private func index(
        _ walk: FileWalk, _ store: IndexStore, _ embedder: Embedder, cancellation: Cancellation
    ) async throws -> (IndexingReport, IndexSummary) {
        let display = ProgressDisplay(notes: command.common.notes)
        defer { display.finish() }
        var indexer = Indexer(
            store: store, embedder: embedder,
            compute: try Compute(pool: WorkerPool(threads: command.common.threads ?? WorkerPool.machineThreads), kernels: Kernels.chosen()),
            progress: display.handler, cancellation: cancellation)
        do {
            let report = try await indexer.run(walk)
            return (report, try store.summary())
        } catch is Interrupted {
            throw StoppedEarly(description: "interrupted; what was indexed so far is kept, and the same command goes on from there")
        }
    }

    private func settings(_ embedder: Embedder) async throws -> IndexSettings {
        let prefix = command.prefix ?? embedder.usualPrefix, room = try embedder.room(prefix: prefix) - Indexer.titleTokens
        guard room >= 8 else {
            throw CommandFailure.usage("The model reads \(embedder.window) tokens, too few for passages with their titles; choose another.")
        }
        if let asked = command.passageTokens, asked > room {
            throw CommandFailure.usage(
                "--passage-tokens \(asked) is too much: with prefix and titles, \(room) tokens are left of the \(embedder.window) that the "
                    + "model reads.")
        }
        return IndexSettings(
            model: command.modelOptions.model.map(FileWalk.absolute), pooling: embedder.pooling.rawValue, prefix: prefix,
            queryPrefix: command.queryPrefix ?? embedder.usualPrefix, blockTokens: command.passageTokens ?? min(Self.usualTokens, room),
            aggregation: command.aggregate ?? .mean, window: command.window?.numbers ?? [],
            probe: try await embedder.vector(IndexSettings.probeText, prefix: ""))
    }

    /// Nothing that belongs to an index is changed in silence.
    private func checkOptions(_ store: IndexStore) throws {
        let had = store.settings
        var differing: [String] = []
        if let pooling = command.pooling, pooling.rawValue != had.pooling { differing.append("--pooling \(had.pooling)") }
        if let prefix = command.prefix, prefix != had.prefix { differing.append("--prefix \"\(had.prefix)\"") }
        if let prefix = command.queryPrefix, prefix != had.queryPrefix { differing.append("--query-prefix \"\(had.queryPrefix)\"") }
        if let tokens = command.passageTokens, tokens != had.blockTokens { differing.append("--passage-tokens \(had.blockTokens)") }
        if let aggregate = command.aggregate, aggregate != had.aggregation { differing.append("--aggregate \(had.aggregation.rawValue)") }
        if let window = command.window, window.numbers != had.window {
            let words = had.window.isEmpty ? "no --window" : "--window " + had.window.map(String.init).joined(separator: ",")
            differing.append(words)
        }
        guard differing.isEmpty else { throw IndexError.otherSettings(path: store.path, settings: differing) }
    }
}

/// What `apus index` prints.
struct IndexListing {
    let path: String
    let report: IndexingReport
    let summary: IndexSummary
    let seconds: Double

    var json: JSON {
        [
            "index": .string(path),
            "files": [
                "indexed": .integer(report.indexedFiles), "unchanged": .integer(report.unchangedFiles),
                "removed": .integer(report.removedFiles), "total": .integer(summary.files),
                "skipped": .array(report.skipped.map { ["file": .string($0.file), "reason": .string($0.reason)] }),
            ],
            "passages": [
                "embedded": .integer(report.embeddedPassages), "kept": .integer(report.keptPassages), "total": .integer(summary.passages),
            ],
            "tokens": ["embedded": .integer(report.embeddedTokens), "cut": .integer(report.cutTokens)],
            "vectors": .integer(summary.vectors), "cells": .integer(summary.cells), "bytes": .integer(summary.bytes),
            "seconds": .number(seconds),
        ]
    }

    var text: String {
        let skipped = report.skipped.isEmpty ? "" : ", \(Formatting.count(report.skipped.count)) left out"
        let cut = report.cutTokens == 0 ? "" : "; \(Formatting.count(report.cutTokens)) tokens did not fit the model and were left out"
        return """
            \(path): \(Formatting.count(summary.files)) files, \(Formatting.count(summary.passages)) passages, \
            \(Formatting.bytes(summary.bytes))
            files: \(Formatting.count(report.indexedFiles)) indexed, \(Formatting.count(report.unchangedFiles)) unchanged, \
            \(Formatting.count(report.removedFiles)) removed\(skipped)
            passages: \(Formatting.count(report.embeddedPassages)) embedded, \(Formatting.count(report.keptPassages)) kept\(cut)

            """
    }
}
#endif
