import Attention
import Diagnostics
import Documents
import Foundation
import KeyValues
import ModelFiles
import Models

extension Model {
    /// Opens a saved reading: its pages are mapped, nothing is read again.
    ///
    /// - Parameters:
    ///   - method: the attention method to ask with; `nil` takes the one that the text was read with.
    ///   - positions: the position scheme to ask with, which must be the one that the text was read with; `nil` takes that.
    ///   - contextLength: the longest context that the model may be used with; `nil` takes what the text was read for.
    /// - Throws: an error that names what is missing where this model or method cannot use the reading.
    public func open(
        _ folder: String, method: AttentionMethod? = nil, positions: PositionsOption? = nil, contextLength: Int? = nil
    ) throws -> Reading {
        let reading = try openSaved(folder, method: method, positions: positions, contextLength: contextLength).reading
        let reader = Reader(decoder: decoder, policy: reading.resolved.policy, cancellation: Cancellation())
        try reader.endText(reading.text.tokens, in: reading.cache)
        return reading
    }

    /// Reads more documents behind those of a saved reading, or goes on where an interrupted call with the same documents ended.
    ///
    /// - Throws: as `open` and `read(_:options:into:progress:cancellation:)`.
    public func append(
        _ documents: DocumentSet, to folder: String, contextLength: Int? = nil, progress: ProgressHandler? = nil,
        cancellation: Cancellation = Cancellation()
    ) throws -> Reading {
        let (saved, manifest) = try openSaved(folder, contextLength: contextLength, resuming: documents)
        guard manifest.isComplete else {
            let writer = try ReadingWriter(resuming: manifest, in: folder, policy: saved.resolved.policy)
            try read(TextReading(saved, writer: writer, progress: progress, cancellation: cancellation))
            return saved
        }
        let text = saved.text.appending(documents, tokenizer: decoder.tokenizer).inserting(saved.resolved.landmarks)
        try saved.resolved.checkWindow(tokens: text.tokens.count, reserved: 0, decoder: decoder)
        let reading = Reading(model: self, text: text, resolved: saved.resolved, cache: saved.cache)
        let writer = try ReadingWriter(appendingTo: manifest, in: folder, reading: reading, maker: maker())
        try read(TextReading(reading, writer: writer, progress: progress, cancellation: cancellation))
        return reading
    }

    /// Landmarks that stand in a text stay there.
    private func checkLandmarks(_ resolved: ResolvedReading, _ manifest: ReadingManifest) throws {
        let made = try PolicyRegistry.policy(
            manifest.method, window: manifest.window ?? decoder.configuration.contextLength, layers: decoder.configuration.layers)
        guard made.needs.landmarkEvery == resolved.policy.needs.landmarkEvery else {
            throw LandmarkError.otherBlocks(method: resolved.policy.name, readWith: manifest.method)
        }
    }

    /// - Parameter resuming: documents whose reading may be incomplete, if they are the last.
    private func openSaved(
        _ path: String, method: AttentionMethod? = nil, positions: PositionsOption? = nil, contextLength: Int?,
        resuming: DocumentSet? = nil
    ) throws -> (reading: Reading, manifest: ReadingManifest) {
        let folder = ReadingFolder(path: path)
        let saved = try folder.readManifest()
        guard saved.model == identity else {
            throw ReadingError.otherModel(folder: path, made: saved.model.name, asked: decoder.name)
        }
        let resolved = try saved.resolve(
            method: method, positions: positions, contextLength: contextLength, decoder: decoder, folder: path)
        guard resolved.policy.name == saved.method || !resolved.policy.needs.memory else {
            throw ReadingError.cannotRemember(folder: path, method: resolved.policy.name, readWith: saved.method)
        }
        let manifest = saved.agreeing(with: resolved.policy)
        guard manifest.isComplete || resuming.map(manifest.ends(with:)) == true else {
            throw ReadingError.incomplete(folder: path, read: manifest.tokensRead, of: manifest.tokenCount)
        }
        try checkLandmarks(resolved, manifest)
        try adopt(manifest.retrievalHeads, from: folder)
        let rotary = decoder.rotaryOfLayers(length: manifest.window, positions: resolved.positions)
        let cache = KeyValueCache(specs: manifest.cache, rotary: rotary, arena: arena)
        if let limit = arena.residents?.limit { try resolved.checkMemory(limit: limit, length: manifest.tokenCount, decoder: decoder) }
        let reading = Reading(model: self, text: try manifest.text(in: folder), resolved: resolved, cache: cache)
        try manifest.adoptShards(from: folder, into: reading)
        if resolved.segments == nil, let missing = decoder.missing(resolved.policy, position: reading.tokenCount, cache: cache) {
            throw ReadingError.cannotServe(folder: path, method: resolved.policy.name, dropped: missing, readWith: manifest.method)
        }
        return (reading, manifest)
    }
}

extension ReadingManifest {
    /// Whether the last texts are these, behind others.
    fileprivate func ends(with documents: DocumentSet) -> Bool {
        let fingerprints = documents.members.map(\.fingerprint)
        return parts.count > fingerprints.count && parts.suffix(fingerprints.count).map(\.fingerprint) == fingerprints
    }

    /// The options under which the reading is asked.
    /// - Throws: `ReadingError.damaged` where its pages are not laid out as the model's; a usage error for a method that cannot serve.
    func resolve(
        method wanted: AttentionMethod?, positions asked: PositionsOption?, contextLength: Int?, decoder: Models.Decoder, folder: String
    ) throws -> ResolvedReading {
        var options = ReadingOptions(
            method: wanted ?? AttentionMethod(method), positions: PositionsOption(positions), frame: frame, system: system,
            contextLength: contextLength ?? window)
        if wanted == .automatic { options = options.settled(by: try automaticChoice(decoder)) }
        let announced = try decoder.positions(positions, length: window)
        if let asked, try decoder.positions(asked.specification, length: window).name != announced.name {
            throw ReadingError.otherPositions(folder: folder, positions: positions, asked: asked.specification)
        }
        let chosen = try decoder.positions(positions, length: options.contextLength)
        guard decoder.rotaryOfLayers(positions: chosen) == decoder.rotaryOfLayers(positions: announced) else {
            throw ReadingError.otherWindow(folder: folder, window: announced.window)
        }
        guard let spec = cache.first, cache.count == decoder.configuration.layers, cache.allSatisfy({ $0 == spec }),
            try spec == decoder.cacheSpec(keyType: spec.keyType, valueType: spec.valueType, frame: spec.frame)
        else {
            throw ReadingError.damaged(file: folder, reason: "its cache layers are not those of the model")
        }
        return try ResolvedReading(options, spec: spec, decoder: decoder)
    }

    /// What `auto` takes to ask a text that has been read.
    private func automaticChoice(_ decoder: Models.Decoder) throws -> MethodChoice {
        let layers = decoder.configuration.layers
        let policy = decoder.limited(try PolicyRegistry.policy(method, window: window, layers: layers))
        return AutomaticMethod.choice(readWith: policy, tokens: tokenCount, layers: layers)
    }

    /// The text and its tokens.
    func text(in folder: ReadingFolder) throws -> ReadText {
        let file = try SafetensorsFile(path: folder.file(tokenFile))
        let tokens: [Int32] = try numbers("tokens", .int32, tokenCount, in: file)
        let ends: [Int64] = try numbers("ends", .int64, tokenCount - openingTokens, in: file)
        let documents = DocumentSet(
            saved: try parts.map { part in
                let text = try PlainText(reading: folder.file(part.file))
                guard text.bytes.count == part.byteCount else {
                    throw ReadingError.damaged(
                        file: folder.file(part.file), reason: "it has \(text.bytes.count) bytes, not \(part.byteCount)")
                }
                guard PlainText.fingerprint(ofFileWith: text.bytes, at: part.sourceOffset) == part.fingerprint else {
                    throw ReadingError.damaged(file: folder.file(part.file), reason: "it is not the text that was read")
                }
                let member = DocumentSet.Member(
                    name: part.name, range: 0..<part.byteCount, sourceOffset: part.sourceOffset, fingerprint: part.fingerprint)
                return (member, text.bytes)
            })
        guard ends.allSatisfy({ (0...Int64(documents.bytes.count)).contains($0) }), zip(ends, ends.dropFirst()).allSatisfy({ $0 <= $1 })
        else {
            throw ReadingError.damaged(file: file.path, reason: "its byte offsets do not ascend within the text")
        }
        return ReadText(documents: documents, openingTokens: openingTokens, tokens: tokens, ends: ends.map(Int.init))
    }

    private func numbers<Number: FixedWidthInteger>(
        _ name: String, _ element: SafetensorsElement, _ count: Int, in file: SafetensorsFile
    ) throws -> [Number] {
        guard let record = file.tensor(name), record.element == element, record.shape == [count] else {
            throw ReadingError.damaged(file: file.path, reason: "the tensor \(name) is missing or does not have \(count) numbers")
        }
        return file.withBytes(of: record) { bytes in
            (0..<count).map { bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.size, as: Number.self) }
        }
    }
}
