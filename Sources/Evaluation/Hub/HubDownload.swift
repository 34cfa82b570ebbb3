import Diagnostics
import Foundation
import ModelFiles

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Brings files of a repository of the Hugging Face hub onto this machine, into the folders that the hub's own library uses: what one of the two has
/// downloaded the other finds. What was broken off is gone on with, and every file is compared with the checksum that the hub lists.
package struct HubDownload: Sendable {
    let settings: HubSettings
    let repository: HubRepository
    /// Before a request that failed in passing is sent again; twice as long before the next time.
    var pause = Duration.seconds(1)

    private static let attempts = 5
    /// Without a byte for so long a connection is given up.
    private static let timeout = 60.0

    package init(_ repository: HubRepository, settings: HubSettings) {
        (self.repository, self.settings) = (repository, settings)
    }

    /// What came of it.
    package struct Result: Sendable {
        /// Where the files stand, with the folders that the repository has them in.
        package let folder: String
        package let files: [String]
        /// Bytes that came now.
        package let byteCount: Int
    }

    /// - Parameter patterns: which files, with `*` for any letters; all where there are none.
    /// - Throws: `HubError`; `Interrupted`; each with what came kept.
    package func perform(
        _ patterns: [String] = [], progress: ProgressHandler? = nil, cancellation: Cancellation = Cancellation()
    ) async throws -> Result {
        let listing = try await HubListing(
            parsing: data(of: repository.listingPath, cancellation: cancellation), of: repository.name, patterns: patterns)
        let root = "\(settings.cache)/\(repository.folderName)", snapshot = "\(root)/snapshots/\(listing.commit)"
        try makeFolders(["\(root)/blobs", "\(root)/refs", snapshot])
        var byteCount = 0
        for (number, file) in listing.files.enumerated() {
            progress?(Progress("Downloading \(file.path)", completed: number, total: listing.files.count, unit: "files"))
            let blob = "\(root)/blobs/\(file.checksum)"
            if !FileManager.default.fileExists(atPath: blob) {
                byteCount += try await fetch(file, commit: listing.commit, to: blob, cancellation: cancellation)
            }
            try link(file, to: blob, in: snapshot)
        }
        try write(listing.commit, to: "\(root)/refs/\(repository.revision)")
        return Result(folder: snapshot, files: listing.files.map(\.path), byteCount: byteCount)
    }

    // MARK: - Files

    /// Downloads one file, behind what is there of it already.
    private func fetch(_ file: HubListing.File, commit: String, to blob: String, cancellation: Cancellation) async throws -> Int {
        let partial = blob + ".incomplete", path = repository.filePath(file.path, commit: commit)
        var came = 0
        try await trying(file.path, cancellation: cancellation) {
            let receiver = try FileReceiver(path: partial)
            defer { came += receiver.byteCount }
            if let size = file.size, receiver.start == size { return }
            var request = request(path)
            if receiver.start > 0 { request.setValue("bytes=\(receiver.start)-", forHTTPHeaderField: "Range") }
            try await receiver.receive(request, cancellation: cancellation)
        }
        let found: String
        do { found = try file.digest(ofFileAt: partial, cancellation: cancellation) } catch let error as Interrupted { throw error } catch {
            throw HubError.cannotWrite(partial, reason: error.localizedDescription)
        }
        guard found == file.checksum else {
            try? FileManager.default.removeItem(atPath: partial)
            throw HubError.damaged(file.path, wanted: file.checksum, found: found)
        }
        do { try FileManager.default.moveItem(atPath: partial, toPath: blob) } catch {
            throw HubError.cannotWrite(blob, reason: error.localizedDescription)
        }
        return came
    }

    /// A link, as the hub's library makes it, from where the repository has the file to its contents.
    private func link(_ file: HubListing.File, to blob: String, in snapshot: String) throws(HubError) {
        let path = "\(snapshot)/\(file.path)", depth = file.path.split(separator: "/").count
        guard !FileManager.default.fileExists(atPath: path) else { return }
        let target = String(repeating: "../", count: depth + 1) + "blobs/\(file.checksum)"
        try makeFolders([URL(fileURLWithPath: path).deletingLastPathComponent().path])
        do {
            try? FileManager.default.removeItem(atPath: path)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        } catch { throw HubError.cannotWrite(path, reason: error.localizedDescription) }
    }

    private func makeFolders(_ paths: [String]) throws(HubError) {
        for path in paths {
            do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
                throw .cannotWrite(path, reason: error.localizedDescription)
            }
        }
    }

    private func write(_ text: String, to path: String) throws(HubError) {
        try makeFolders([URL(fileURLWithPath: path).deletingLastPathComponent().path])
        do { try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw .cannotWrite(path, reason: error.localizedDescription)
        }
    }

    // MARK: - Requests

    private func request(_ path: String) -> URLRequest {
        let address = settings.endpoint.absoluteString + path
        var request = URLRequest(url: URL(string: address) ?? settings.endpoint, timeoutInterval: Self.timeout)
        if let token = settings.token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        return request
    }

    private func data(of path: String, cancellation: Cancellation) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await trying(repository.name, cancellation: cancellation) {
            bytes = Array(
                try await HTTPExchange().send(request(path), timeout: .seconds(Self.timeout), cancellation: cancellation))
        }
        return bytes
    }

    /// Does a request again that failed in passing.
    private func trying(_ name: String, cancellation: Cancellation, _ work: () async throws -> Void) async throws {
        var pause = pause
        for attempt in 1...Self.attempts {
            do {
                // A short answer may come before anybody looks again.
                if cancellation.isCancelled { throw HTTPFailure.cancelled }
                return try await work()
            } catch let failure as HTTPFailure {
                if failure == .cancelled { throw Interrupted(activity: "downloading \(name)") }
                guard failure.isPassing, attempt < Self.attempts else { throw meaning(of: failure, name) }
                try await HTTPExchange.rest(max(pause, failure.retryAfter ?? pause), cancellation: cancellation, "downloading \(name)")
                pause = pause * 2
            }
        }
    }

    private func meaning(of failure: HTTPFailure, _ name: String) -> HubError {
        if case .status(let status, _, _) = failure, [401, 403, 404].contains(status) { return .refused(name, status: status) }
        return .failed(name, reason: failure.description)
    }
}
