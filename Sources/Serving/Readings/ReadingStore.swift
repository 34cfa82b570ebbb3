import Diagnostics
import Documents
import Foundation
import Generation
import Synchronization

/// All readings: those on disk where there is a folder for data, and otherwise those in memory, which end with the server.
final class ReadingStore: Sendable {
    /// One reading and what goes on with it.
    private struct Entry {
        var record: ReadingRecord
        /// The texts, where they are in memory alone.
        var texts: [PlainText]
        /// What the model has read, once it was opened or read.
        var reading: Reading?
        let cancellation: Cancellation
        var watchers: [Int: AsyncStream<ReadingRecord>.Continuation] = [:]
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var nextWatcher = 0
    }

    static let idPrefix = "reading-"
    /// Readings that may wait to be read.
    private static let mostWaiting = 64

    let model: Model
    let usual: ReadingOptions
    let files: ReadingFiles?
    /// Requested when the server is to stop.
    let stopping: Cancellation
    private let state = Mutex(State())
    /// The readings that are to be read, in order.
    let queue: AsyncStream<String>
    private let queueing: AsyncStream<String>.Continuation

    /// - Parameter usual: how texts are read unless a request says otherwise.
    init(model: Model, usual: ReadingOptions, files: ReadingFiles?, stopping: Cancellation) {
        self.stopping = stopping
        self.model = model
        self.usual = usual
        self.files = files
        (queue, queueing) = AsyncStream.makeStream()
    }

    var count: Int { state.withLock { $0.entries.count } }

    /// By what a record knows the model again.
    private var modelName: String { model.decoder.fingerprint.description }
}

// MARK: - What clients do

extension ReadingStore {
    /// Takes texts to be read.
    func create(_ upload: ReadingUpload, owner: String) async throws -> ReadingRecord {
        let waiting = state.withLock { $0.entries.values.count { !$0.record.status.isFinal } }
        guard waiting < Self.mostWaiting else {
            throw APIError.tooMany("\(waiting) readings are waiting already; try again in a while.", retryAfter: 30)
        }
        let options = upload.wishes.completing(usual)
        let record = ReadingRecord(
            id: Self.idPrefix + RandomName.make(), name: upload.name ?? upload.texts[0].name, owner: owner,
            createdAt: Int(Date.now.timeIntervalSince1970),
            files: upload.texts.map { .init(name: $0.name, bytes: $0.bytes.count) }, model: modelName,
            wanted: options.method.specification, method: options.method.specification, positions: options.positions.specification,
            cacheType: options.cacheType,
            contextLength: options.contextLength)
        try await files?.create(record, texts: upload.texts)
        add(record, texts: files == nil ? upload.texts : [])
        queueing.yield(record.id)
        return record
    }

    private func add(_ record: ReadingRecord, texts: [PlainText]) {
        let entry = Entry(record: record, texts: texts, cancellation: Cancellation(within: stopping))
        state.withLock { $0.entries[record.id] = entry }
    }

    /// An owner's readings, the newest first.
    func list(owner: String) -> [ReadingRecord] {
        let records = state.withLock { $0.entries.values.map(\.record) }
        return records.filter { $0.owner == owner }.sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
    }

    /// - Throws: 404 where there is none, or where it is another owner's.
    func record(_ id: String, owner: String) throws(APIError) -> ReadingRecord {
        try entry(id, owner: owner).record
    }

    private func entry(_ id: String, owner: String) throws(APIError) -> Entry {
        guard let entry = state.withLock({ $0.entries[id] }), entry.record.owner == owner else {
            throw .notFound("There is no such reading.", parameter: "reading", code: "reading_not_found")
        }
        return entry
    }

    /// The record now and whenever it changes, to the end; who is slow sees the newest only.
    func changes(of id: String, owner: String) throws(APIError) -> AsyncStream<ReadingRecord> {
        _ = try entry(id, owner: owner)
        let (stream, continuation) = AsyncStream<ReadingRecord>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            guard let record = state.entries[id]?.record else {
                continuation.finish()
                return -1
            }
            continuation.yield(record)
            if record.status.isFinal { continuation.finish() }
            state.nextWatcher += 1
            state.entries[id]?.watchers[state.nextWatcher] = continuation
            return state.nextWatcher
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.entries[id]?.watchers[number] = nil }
        }
        return stream
    }

    /// One of the texts.
    func text(of id: String, file name: String?, owner: String) async throws -> [UInt8] {
        let entry = try entry(id, owner: owner), names = entry.record.files.map(\.name)
        guard let number = name.map(names.firstIndex) ?? (names.count == 1 ? 0 : nil) else {
            guard name != nil else {
                throw APIError.invalid("Name one of the files by 'file'.", parameter: "file", code: "missing_required_parameter")
            }
            throw APIError.notFound("The reading has no such file.", parameter: "file", code: "file_not_found")
        }
        guard let files else { return entry.texts[number].bytes }
        return try await files.text(number, of: id)
    }

    /// What the model has read, to be asked.
    func open(_ id: String, partition owner: String) async throws -> Reading {
        let entry = try entry(id, owner: owner), record = entry.record
        if let reading = entry.reading { return reading }
        guard record.status == .ready, let files else {
            throw APIError.conflict(
                record.error.map { "The text could not be read: \($0)" } ?? "The text has not been read yet; wait until it is ready.",
                retryAfter: record.error == nil ? 2 : nil)
        }
        do {
            let reading = try await reopened(record, files)
            state.withLock { $0.entries[id]?.reading = reading }
            return reading
        } catch {
            throw files.concealing(error)
        }
    }

    /// Opens the pages of a reading, or takes up a text that is gone over for each question and has none.
    private func reopened(_ record: ReadingRecord, _ files: ReadingFiles) async throws -> Reading {
        if files.hasPages(of: record.id) { return try await model.open(files.pages(of: record.id), contextLength: record.contextLength) }
        return try await model.read(try await documents(record, files), options: record.options(usual))
    }

    private func documents(_ record: ReadingRecord, _ files: ReadingFiles) async throws -> DocumentSet {
        var texts: [PlainText] = []
        for (number, file) in record.files.enumerated() {
            texts.append(try PlainText(try await files.text(number, of: record.id), name: file.name))
        }
        return DocumentSet(texts)
    }

    /// Removes a reading; one that is being read is stopped first.
    func remove(_ id: String, owner: String) async throws {
        let entry = try entry(id, owner: owner)
        update(id) { $0.status = .cancelled }
        entry.cancellation.cancel()
        state.withLock { $0.entries[id] = nil }
        // A reading that is under way is removed by whoever reads it, once that has stopped.
        if entry.record.status != .reading { try await files?.remove(id) }
    }
}

// MARK: - What reading does

extension ReadingStore {
    /// Takes up what earlier runs of the server left: what was read is there again, and what was not is read now.
    /// - Returns: how many there are.
    func restore() async throws -> Int {
        let records = try await files?.load() ?? []
        for var record in records {
            if record.model != modelName {
                record.status = .failed
                record.error = "it was read by another model; upload the text again"
            }
            if !record.status.isFinal { record.status = .queued }
            add(record, texts: [])
            if !record.status.isFinal { queueing.yield(record.id) }
        }
        return records.count
    }

    /// A reading whose turn it is.
    struct Task: Sendable {
        let record: ReadingRecord
        let documents: DocumentSet
        let cancellation: Cancellation
    }

    /// Begins a reading; nil where it is not wanted any more.
    func begin(_ id: String) async throws -> Task? {
        guard let entry = state.withLock({ $0.entries[id] }) else { return nil }
        let documents = if let files { try await documents(entry.record, files) } else { DocumentSet(entry.texts) }
        guard let record = update(id, { $0.status = .reading }) else { return nil }
        return Task(record: record, documents: documents, cancellation: entry.cancellation)
    }

    func progress(_ id: String, read: Int, total: Int?) {
        update(id) { record in
            record.tokensRead = read
            record.tokensTotal = total
        }
    }

    /// Notes that the text has been read. One that was removed meanwhile loses its files.
    func end(_ id: String, _ reading: Reading) async throws {
        let record = update(id) { record in
            record.status = .ready
            record.tokensRead = reading.tokenCount
            record.tokensTotal = reading.tokenCount
            record.method = reading.method
            record.positions = reading.positions
            record.notes = reading.notes
        }
        state.withLock { $0.entries[id]?.reading = reading }
        try await save(record, id)
    }

    func fail(_ id: String, _ message: String) async throws {
        try await save(
            update(id) { record in
                record.status = .failed
                record.error = message
            }, id)
    }

    /// Ends a reading that was stopped: by the server, which goes on with it at its next start, or because it was removed.
    func interrupted(_ id: String) async {
        if state.withLock({ $0.entries[id] }) == nil { try? await files?.remove(id) }
    }

    private func save(_ record: ReadingRecord?, _ id: String) async throws {
        guard let record else {
            try await files?.remove(id)
            return
        }
        try await files?.update(record)
    }

    /// Changes a record and tells who watches it.
    /// - Returns: the record as it is then; nil where it is not there any more.
    @discardableResult
    private func update(_ id: String, _ change: (inout ReadingRecord) -> Void) -> ReadingRecord? {
        let (record, watchers) = state.withLock { state in
            guard var record = state.entries[id]?.record else { return (ReadingRecord?.none, [AsyncStream<ReadingRecord>.Continuation]()) }
            change(&record)
            state.entries[id]?.record = record
            return (record, Array(state.entries[id]?.watchers.values ?? [:].values))
        }
        guard let record else { return nil }
        for watcher in watchers {
            watcher.yield(record)
            if record.status.isFinal { watcher.finish() }
        }
        return record
    }
}
