import Attention
import Diagnostics
import Documents
import Foundation
import KeyValues
import ModelFiles

/// Saves a reading while it is being made: the text and its tokens first, then shard after shard.
///
/// After each shard the manifest is replaced, so a reading that is cut off at any moment goes on from its last shard.
final class ReadingWriter {
    /// Tokens in a shard; the last one may hold fewer.
    static let shardTokens = 4096

    private let folder: ReadingFolder
    private let lock: FolderLock
    private var manifest: ReadingManifest

    /// Begins to save a reading, or goes on with one of the same text, model and options, whose pages `reading` then gets, unless
    /// it holds as much itself.
    ///
    /// - Throws: `ReadingError` where the folder holds something else, or another process is writing there.
    init(beginning reading: Reading, in path: String, maker: ReadingManifest.Maker) throws {
        folder = ReadingFolder(path: path)
        try folder.create()
        lock = try folder.lock()
        let fresh = try Self.manifest(of: reading, maker: maker)
        guard folder.holdsReading else {
            guard try folder.isFree(for: fresh) else { throw ReadingError.foreignFolder(path) }
            manifest = fresh
            try Self.writeText(of: reading, parts: fresh.parts, firstDocument: 0, tokenFile: fresh.tokenFile, in: folder)
            try folder.write(manifest)
            return
        }
        let saved = try folder.readManifest()
        guard saved.model == fresh.model else {
            throw ReadingError.otherModel(folder: path, made: saved.model.name, asked: fresh.model.name)
        }
        guard saved.isSameReading(as: fresh) else { throw ReadingError.otherText(folder: path) }
        manifest = saved.agreeing(with: reading.resolved.policy)
        try Self.take(up: manifest, inPlaceOf: saved, in: folder)
        if manifest.tokensRead > reading.cache.tokenCount { try manifest.adoptShards(from: folder, into: reading) }
    }

    /// Goes on with a saved reading that has got more text.
    ///
    /// The last page may have been part-filled: it is written again with what is added, and the old shard no longer counts it.
    init(appendingTo manifest: ReadingManifest, in path: String, reading: Reading, maker: ReadingManifest.Maker) throws {
        folder = ReadingFolder(path: path)
        lock = try Self.lock(folder, expecting: manifest, policy: reading.resolved.policy)
        var longer = try Self.manifest(of: reading, maker: maker)
        longer.tokenFile = "tokens-\(longer.tokenCount).safetensors"
        try Self.writeText(
            of: reading, parts: longer.parts, firstDocument: manifest.parts.count, tokenFile: longer.tokenFile, in: folder)
        longer.identifier = manifest.identifier
        longer.shards = manifest.shards
        longer.memory = manifest.memory
        self.manifest = longer
        try folder.write(longer)
    }

    /// Goes on with a saved reading whose texts are all there and whose tokens have not all been read.
    init(resuming manifest: ReadingManifest, in path: String, policy: any AttentionPolicy) throws {
        folder = ReadingFolder(path: path)
        lock = try Self.lock(folder, expecting: manifest, policy: policy)
        self.manifest = manifest
    }

    /// Locks a folder that was opened before, unless another process has written there since.
    private static func lock(
        _ folder: ReadingFolder, expecting manifest: ReadingManifest, policy: any AttentionPolicy
    ) throws -> FolderLock {
        let lock = try folder.lock(), saved = try folder.readManifest()
        guard saved.agreeing(with: policy) == manifest else { throw ReadingError.beingWritten(folder: folder.path) }
        try take(up: manifest, inPlaceOf: saved, in: folder)
        return lock
    }

    /// Goes on from a manifest that may name less than the one that was saved. What it does not name is removed, once that is certain.
    private static func take(up manifest: ReadingManifest, inPlaceOf saved: ReadingManifest, in folder: ReadingFolder) throws {
        if manifest != saved { try folder.write(manifest) }
        folder.removeRemains(beside: manifest)
    }

    /// Seals a shard if enough tokens have come since the last one.
    func sealIfDue(_ cache: KeyValueCache) throws {
        guard cache.tokenCount - manifest.tokensRead >= Self.shardTokens else { return }
        try sealShards(of: cache)
        if SavedMemory.isDue(at: cache.tokenCount, saved: manifest.memory?.tokenCount ?? 0) { try saveMemory(of: cache) }
    }

    /// Seals what has been read since the last shard, lets the cache use the mapped pages in place of its own, and saves what the method
    /// remembers.
    func seal(_ cache: KeyValueCache) throws {
        try sealShards(of: cache)
        if cache.tokenCount > manifest.memory?.tokenCount ?? 0 { try saveMemory(of: cache) }
    }

    private func sealShards(of cache: KeyValueCache) throws {
        while cache.tokenCount > manifest.tokensRead {
            let first = manifest.tokensRead / CacheSpec.pageTokens * CacheSpec.pageTokens
            try sealShard(of: cache, tokens: first..<min(first + Self.shardTokens, cache.tokenCount))
        }
    }

    private func sealShard(of cache: KeyValueCache, tokens: Range<Int>) throws {
        let shard = ReadingManifest.Shard(
            file: ReadingShard.fileName(tokens), firstToken: tokens.lowerBound, tokenCount: tokens.count)
        let file = ReadingShard(path: folder.file(shard.file), reading: manifest.identifier)
        let pages = tokens.lowerBound / CacheSpec.pageTokens..<(tokens.upperBound + CacheSpec.pageTokens - 1) / CacheSpec.pageTokens
        try file.write(cache, pages: pages)
        manifest.cutShards(to: tokens.lowerBound)
        manifest.shards.append(shard)
        try folder.write(manifest)
        try file.adopt(into: cache, tokens: tokens)
    }

    /// Saves the method's memory, if it has one, beside the shards, which all are there by then.
    private func saveMemory(of cache: KeyValueCache) throws {
        guard let memory = cache.memory else { return }
        let name = SavedMemory.fileName(tokens: cache.tokenCount)
        try SavedMemory(path: folder.file(name), reading: manifest.identifier).write(memory.record)
        manifest.memory = .init(file: name, tokenCount: cache.tokenCount)
        try folder.write(manifest)
        folder.removeRemains(beside: manifest)
    }

    private static func manifest(of reading: Reading, maker: ReadingManifest.Maker) throws -> ReadingManifest {
        let text = reading.text, resolved = reading.resolved
        return ReadingManifest(
            model: maker.identity, method: resolved.policy.name, positions: "model", window: resolved.window,
            frame: resolved.prompt.frameName,
            system: resolved.prompt.system ?? "", openingTokens: text.openingTokens, cache: reading.cache.specs,
            parts: text.documents.members.enumerated().map { index, member in
                .init(
                    name: member.name, file: "text-\(index).txt", byteCount: member.range.count,
                    sourceOffset: member.sourceOffset, fingerprint: member.fingerprint)
            },
            tokenCount: text.tokens.count, tokenFile: "tokens.safetensors", shards: [],
            retrievalHeads: maker.retrievalHeads)
    }

    /// Writes the documents from `firstDocument` on, and all tokens.
    private static func writeText(
        of reading: Reading, parts: [ReadingManifest.Part], firstDocument: Int, tokenFile: String, in folder: ReadingFolder
    ) throws {
        let text = reading.text
        for (part, member) in zip(parts, text.documents.members).dropFirst(firstDocument) {
            let file = try AtomicFile(path: folder.file(part.file))
            try file.write(Array(text.documents.bytes[member.range]))
            try file.commit()
        }
        var writer = try SafetensorsWriter(
            path: folder.file(tokenFile),
            tensors: [
                SafetensorsTensor(name: "tokens", element: .int32, shape: [text.tokens.count]),
                SafetensorsTensor(name: "ends", element: .int64, shape: [text.ends.count]),
            ])
        try text.tokens.withUnsafeBytes { try writer.write($0, of: "tokens") }
        try text.ends.map(Int64.init).withUnsafeBytes { try writer.write($0, of: "ends") }
        try writer.finish()
    }
}

extension ReadingManifest {
    /// Whether another manifest stands for the same text read in the same way, however far.
    func isSameReading(as other: ReadingManifest) -> Bool {
        method == other.method && positions == other.positions && window == other.window && frame == other.frame && system == other.system
            && cache == other.cache && openingTokens == other.openingTokens && tokenCount == other.tokenCount
            && parts.map(\.fingerprint) == other.parts.map(\.fingerprint)
    }

    /// The reading as far as its pages and what its method remembers agree: a method that goes by its memory goes on from where that was
    /// saved last.
    func agreeing(with policy: any AttentionPolicy) -> ReadingManifest {
        guard policy.needs.memory else { return self }
        var agreeing = self
        agreeing.cutShards(to: memory?.tokenCount ?? 0)
        return agreeing
    }

    /// Lets the shards end at `end`, as if nothing had been read beyond.
    mutating func cutShards(to end: Int) {
        shards = shards.filter { $0.firstToken < end }.map {
            Shard(file: $0.file, firstToken: $0.firstToken, tokenCount: min($0.tokenCount, end - $0.firstToken))
        }
    }

    /// Maps all shards and gives their pages to the reading's cache; the method then drops what it would have dropped.
    func adoptShards(from folder: ReadingFolder, into reading: Reading) throws {
        for shard in shards {
            let file = ReadingShard(path: folder.file(shard.file), reading: identifier)
            try file.adopt(into: reading.cache, tokens: shard.firstToken..<shard.end)
        }
        reading.cache.commit(tokens: tokensRead - reading.cache.tokenCount)
        try restoreMemory(from: folder, into: reading)
        reading.resolved.policy.retain(in: reading.cache)
    }

    /// Gives the method back what it remembered, if that was saved with the last shard by the same method. Another one, or one that can do
    /// without, looks at the pages again.
    private func restoreMemory(from folder: ReadingFolder, into reading: Reading) throws {
        let policy = reading.resolved.policy
        guard let memory, memory.tokenCount == tokensRead, policy.name == method else { return }
        let file = SavedMemory(path: folder.file(memory.file), reading: identifier), record = try file.read()
        guard record.method == method, let remembered = policy.memory(record, for: reading.cache) else {
            throw ReadingError.damaged(file: file.path, reason: "what the method remembered does not fit the pages")
        }
        reading.cache.memory = remembered
    }
}
