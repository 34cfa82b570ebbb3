import Diagnostics
import Documents
import Foundation
import KeyValues
import ModelFiles

extension Model {
    /// Opens a saved reading: its pages are mapped, nothing is read again.
    ///
    /// - Parameters:
    ///   - method: the attention method to ask with; `nil` takes the one that the text was read with.
    ///   - contextLength: the longest context that the model may be used with; `nil` takes what it was trained for.
    /// - Throws: an error that names what is missing where this model or method cannot use the reading.
    public func open(_ folder: String, method: AttentionMethod? = nil, contextLength: Int? = nil) throws -> Reading {
        try open(folder, method: method, contextLength: contextLength, allowIncomplete: false).reading
    }

    /// Reads more documents behind those of a saved reading.
    ///
    /// - Throws: as `open` and `read(_:options:into:progress:cancellation:)`.
    public func append(
        _ documents: DocumentSet, to folder: String, contextLength: Int? = nil, progress: ProgressHandler? = nil,
        cancellation: Cancellation = Cancellation()
    ) throws -> Reading {
        let (saved, manifest) = try open(folder, method: nil, contextLength: contextLength, allowIncomplete: false)
        let text = saved.text.appending(documents, tokenizer: decoder.tokenizer)
        try saved.resolved.checkWindow(tokens: text.tokens.count, reserved: 0)
        let reading = Reading(model: self, text: text, resolved: saved.resolved, cache: saved.cache)
        let writer = try ReadingWriter(appendingTo: manifest, in: folder, reading: reading, identity: identity)
        try readRest(of: reading, writer: writer, progress: progress, cancellation: cancellation)
        return reading
    }

    private func open(
        _ path: String, method: AttentionMethod?, contextLength: Int?, allowIncomplete: Bool
    ) throws -> (reading: Reading, manifest: ReadingManifest) {
        let folder = ReadingFolder(path: path)
        let manifest = try folder.readManifest()
        guard manifest.model == identity else {
            throw ReadingError.otherModel(folder: path, made: manifest.model.name, asked: decoder.name)
        }
        guard manifest.isComplete else {
            throw ReadingError.incomplete(folder: path, read: manifest.tokensRead, of: manifest.tokenCount)
        }
        let resolved = try manifest.resolve(method: method, contextLength: contextLength, decoder: decoder, folder: path)
        let cache = KeyValueCache(specs: manifest.cache, rotary: decoder.rotaryOfLayers, arena: arena)
        let reading = Reading(model: self, text: try manifest.text(in: folder), resolved: resolved, cache: cache)
        try manifest.adoptShards(from: folder, into: reading)
        return (reading, manifest)
    }
}
