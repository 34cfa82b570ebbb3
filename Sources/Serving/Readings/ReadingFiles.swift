import Diagnostics
import Documents
import Foundation
import ModelFiles
import NIOPosix

/// Where readings are kept on disk: a folder for each, named after its identifier.
///
///     readings/reading-…/record.json       what it is
///     readings/reading-…/text-0, text-1    the texts as they were uploaded
///     readings/reading-…/reading/          what the model has read
///
/// Names that clients give are no part of any path. Calls block on the disk, so they run on threads of their own.
struct ReadingFiles: Sendable {
    let folder: String

    /// - Parameter dataFolder: is made where it is not there.
    /// - Throws: `DataFolderError`.
    init(dataFolder: String) throws(DataFolderError) {
        folder = URL(fileURLWithPath: dataFolder).appendingPathComponent("readings").path
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw DataFolderError(folder: folder, reason: error.localizedDescription)
        }
    }

    /// Where the model keeps what it has read.
    func pages(of id: String) -> String { path(id) + "/reading" }

    /// Whether the model keeps anything of a reading.
    func hasPages(of id: String) -> Bool { FileManager.default.fileExists(atPath: pages(of: id)) }

    /// What an error says to a client: nothing of where the readings lie.
    func concealing(_ error: any Error) -> APIError {
        var failure = APIError(of: error)
        failure.message = failure.message.replacing(folder + "/", with: "")
        return failure
    }

    /// Writes the texts, and then the record.
    func create(_ record: ReadingRecord, texts: [PlainText]) async throws {
        try await run {
            try FileManager.default.createDirectory(
                atPath: path(record.id), withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            for (number, text) in texts.enumerated() { try AtomicFile.write(text.bytes, to: textPath(record.id, number)) }
            try save(record)
        }
    }

    func update(_ record: ReadingRecord) async throws {
        try await run { try save(record) }
    }

    func text(_ number: Int, of id: String) async throws -> [UInt8] {
        try await run {
            guard let data = FileManager.default.contents(atPath: textPath(id, number)) else { throw APIError.internal }
            return Array(data)
        }
    }

    /// Removes a reading, its record first: what a crash leaves is removed at the next start.
    func remove(_ id: String) async throws {
        try await run {
            try? FileManager.default.removeItem(atPath: recordPath(id))
            try FileManager.default.removeItem(atPath: path(id))
        }
    }

    /// All readings that are there, the oldest first. Folders without a record are what is left of uploads that were not finished, or of
    /// removals; they are removed. A record that cannot be read is somebody's reading, and stays as it is.
    func load() async throws -> [ReadingRecord] {
        try await run {
            var records: [ReadingRecord] = []
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasPrefix(ReadingStore.idPrefix) {
                guard FileManager.default.fileExists(atPath: recordPath(name)) else {
                    try FileManager.default.removeItem(atPath: path(name))
                    continue
                }
                let record = FileManager.default.contents(atPath: recordPath(name)).flatMap {
                    try? StateCoding.decoder.decode(ReadingRecord.self, from: $0)
                }
                if let record, record.id == name, record.version == ReadingRecord.currentVersion { records.append(record) }
            }
            return records.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
        }
    }

    private func save(_ record: ReadingRecord) throws {
        try AtomicFile.write(Array(StateCoding.encoder.encode(record)), to: recordPath(record.id))
    }

    private func path(_ id: String) -> String { folder + "/" + id }

    private func recordPath(_ id: String) -> String { path(id) + "/record.json" }

    private func textPath(_ id: String, _ number: Int) -> String { path(id) + "/text-\(number)" }

    private func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await NIOThreadPool.singleton.runIfActive(work)
    }
}

/// The folder for data cannot be used.
package struct DataFolderError: Failure {
    let folder: String
    let reason: String

    package var kind: FailureKind { .cannotWrite }

    package var description: String { "\(folder): the folder for readings cannot be made: \(reason); name another with --data" }
}
