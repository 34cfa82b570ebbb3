import Foundation
import ModelFiles

/// The folder that a training writes into: its checkpoint, its metrics, its loss curve, and what becomes of it.
package struct TrainingFolder: Sendable {
    package let path: String

    private static let checkpointPrefix = "checkpoint-"

    package init(path: String) { self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path }

    package func file(_ name: String) -> String { path + "/" + name }

    package var metricsFile: String { file("metrics.jsonl") }
    package var curveFile: String { file("loss.svg") }

    /// Where the checkpoint behind so many steps lies.
    func checkpoint(after step: Int) -> Checkpoint { Checkpoint(path: file(Self.checkpointPrefix + String(step)), step: step) }

    /// The whole checkpoints, the latest last. There is more than one only where a process was killed before it removed the older.
    var checkpoints: [Checkpoint] {
        names.compactMap { $0.hasPrefix(Self.checkpointPrefix) ? Int($0.dropFirst(Self.checkpointPrefix.count)) : nil }.sorted()
            .map(checkpoint)
    }

    /// The step that a training in the folder has come to; nil if there is none.
    package var trainedSteps: Int? { checkpoints.last?.step }

    private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }

    /// Makes the folder, and those above it, if they are not there, and keeps other processes from writing into it for as long as the
    /// lock is held.
    package func lock() throws(TrainingError) -> FolderLock {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .cannotCreate(folder: path, reason: (error as NSError).localizedDescription)
        }
        do {
            return try FolderLock(path)
        } catch {
            switch error {
            case .isTaken: throw .beingWritten(folder: path)
            case .cannotOpen(let reason): throw .cannotCreate(folder: path, reason: reason)
            }
        }
    }

    /// Removes the training that lies here, so that another can begin. Only for who holds the lock.
    package func clear() {
        for checkpoint in checkpoints { remove(checkpoint.path) }
        remove(metricsFile)
        remove(curveFile)
        removeRemains()
    }

    /// Removes what killed processes leave half written, and all checkpoints but the latest. Only for who holds the lock.
    func removeRemains() {
        for checkpoint in checkpoints.dropLast() { remove(checkpoint.path) }
        for name in names where AtomicFile.isPartial(name) { remove(file(name)) }
    }

    private func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
