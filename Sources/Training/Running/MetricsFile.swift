import Foundation

/// The metrics of a training, one line of JSON for each step, appended as they come.
final class MetricsFile {
    let path: String
    /// All lines, those of earlier runs included.
    private(set) var metrics: [TrainingMetrics] = []
    private(set) var byteCount = 0
    private let handle: FileHandle

    /// Opens the file, or makes it, and cuts off what was written after the checkpoint from which the training goes on.
    /// - Parameter keptBytes: what the checkpoint knows of; 0: nothing.
    /// - Throws: `TrainingError.cannotWrite`, or `.damagedCheckpoint` where the file is shorter than that or holds something else.
    init(path: String, keeping keptBytes: Int, of checkpoint: Checkpoint?) throws(TrainingError) {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) || FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forUpdatingAtPath: path)
        else { throw .cannotWrite(file: path, reason: "it cannot be opened") }
        self.handle = handle
        try attempt { try handle.truncate(atOffset: UInt64(min(keptBytes, Int(handle.seekToEnd())))) }
        let bytes = try attempt { try Self.contents(of: handle) }
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let line = TrainingMetrics(line: Array(line), path: path) else { break }
            metrics.append(line)
        }
        byteCount = bytes.count
        if let checkpoint, byteCount != keptBytes || metrics.count != checkpoint.step {
            throw checkpoint.damaged("\(path) does not hold the metrics of its \(checkpoint.step) steps")
        }
    }

    func append(_ line: TrainingMetrics) throws(TrainingError) {
        let bytes = Data(line.line.utf8)
        try attempt { try handle.write(contentsOf: bytes) }
        metrics.append(line)
        byteCount += bytes.count
    }

    /// Brings all lines to the disk.
    func synchronize() throws(TrainingError) { try attempt { try handle.synchronize() } }

    private static func contents(of handle: FileHandle) throws -> Data {
        try handle.seek(toOffset: 0)
        return try handle.readToEnd() ?? Data()
    }

    private func attempt<Result>(_ work: () throws -> Result) throws(TrainingError) -> Result {
        do {
            return try work()
        } catch {
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
            throw .cannotWrite(file: path, reason: (cause ?? error as NSError).localizedDescription)
        }
    }
}
