import Diagnostics
import Foundation
import ModelFiles

/// A result that is found again by what it depends on.
package protocol KeyedResult: Codable {
    var key: Fingerprint { get }
}

/// All results that were ever had into a folder, a line of JSON each. A line is written when its result is there, so whatever ends
/// the process costs one of them at most; a line that was cut off is dropped.
package final class ResultFile<Result: KeyedResult> {
    private let lock: FolderLock
    private let file: FileHandle
    package private(set) var results: [Fingerprint: Result] = [:]

    static var name: String { "results.jsonl" }

    /// - Throws: `EvaluationError` where the folder or the file cannot be written, or another process writes there.
    package init(in folder: String) throws {
        lock = try FolderLock(forResults: folder)
        do {
            let path = folder + "/" + Self.name
            if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
            file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            try takeUp(file.readToEnd() ?? Data())
        } catch {
            throw EvaluationError.cannotWrite(folder: folder, reason: error.localizedDescription)
        }
    }

    private func takeUp(_ data: Data) throws {
        let whole = data.lastIndex(of: UInt8(ascii: "\n")).map { data[...$0] } ?? Data()
        for line in whole.split(separator: UInt8(ascii: "\n")) {
            guard let result = try? StateCoding.decoder.decode(Result.self, from: Data(line)) else { continue }
            results[result.key] = result
        }
        try file.truncate(atOffset: UInt64(whole.count))
        try file.seekToEnd()
    }

    package func add(_ result: Result) throws {
        try file.write(contentsOf: StateCoding.lineEncoder.encode(result) + [UInt8(ascii: "\n")])
        results[result.key] = result
    }
}

extension FolderLock {
    /// Makes a folder for results where there is none, and keeps others from writing there.
    /// - Throws: `EvaluationError` where that cannot be, or another process writes there.
    package convenience init(forResults folder: String) throws(EvaluationError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try self.init(folder)
        } catch FolderLock.Refusal.isTaken {
            throw .foreignFolder(folder)
        } catch FolderLock.Refusal.cannotOpen(let reason) {
            throw .cannotWrite(folder: folder, reason: reason)
        } catch {
            throw .cannotWrite(folder: folder, reason: error.localizedDescription)
        }
    }
}
