import Diagnostics
import Foundation

/// What `apus read` wrote.
struct SavedReport {
    let folder: String
    /// All that the reading holds.
    let tokens: Int
    /// Those that it held before.
    let reused: Int
    /// On the disk.
    let bytes: Int
    let method: String
    let positions: String
    let seconds: Double

    var json: JSON {
        [
            "reading": .string(folder), "tokens": .integer(tokens), "reused": .integer(reused), "bytes": .integer(bytes),
            "method": .string(method), "positions": .string(positions), "seconds": .number(seconds),
        ]
    }

    var note: String {
        let before = reused > 0 ? " (\(Formatting.count(reused)) of them before)" : ""
        let rate = seconds > 0 && tokens > reused ? ", \(Formatting.rate(Double(tokens - reused) / seconds, unit: "tokens"))" : ""
        return "\(folder) holds \(Formatting.count(tokens)) tokens\(before) in \(Formatting.bytes(bytes)), read with \(method) "
            + "in \(Formatting.duration(seconds: seconds))\(rate)"
    }

    /// What Ctrl-C left, and how to go on.
    static func interrupted(folder: String, at progress: Diagnostics.Progress?) -> String {
        guard let progress, let total = progress.total else { return "interrupted before the text was read" }
        return "interrupted; \(folder) keeps \(Formatting.count(progress.completed)) of \(Formatting.count(total)) tokens, and the same "
            + "command goes on from there"
    }

    /// The sizes of all files in a folder.
    static func bytes(in folder: String) -> Int {
        let files = FileManager.default
        let names = (try? files.subpathsOfDirectory(atPath: folder)) ?? []
        return names.reduce(0) { sum, name in
            let attributes = try? files.attributesOfItem(atPath: folder + "/" + name)
            guard attributes?[.type] as? FileAttributeType == .typeRegular else { return sum }
            return sum + ((attributes?[.size] as? NSNumber)?.intValue ?? 0)
        }
    }
}
