import Foundation
import Logging
import ModelFiles

/// Writes each event of the log as one line that people and programs can read:
///
///     2026-11-22T14:03:27Z info request method=POST route=/v1/chat/completions status=200 seconds=0.412 request_id=…
///
/// Values with spaces or quotes stand in quotes, escaped as in JSON, so that nothing that was sent can begin a line of its own.
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info
    /// Takes a line, without its end.
    let write: @Sendable (String) -> Void

    init(write: @escaping @Sendable (String) -> Void) { self.write = write }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = "\(Date.now.formatted(.iso8601)) \(event.level.rawValue) \(event.message)"
        let all = metadata.merging(event.metadata ?? [:]) { _, own in own }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) where key != Self.frameworkID {
            line += " \(key)=\(Self.word(value.description))"
        }
        write(line)
    }

    /// The framework numbers requests by itself; ours have names that clients know too.
    private static let frameworkID = "hb.request.id"

    private static func word(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F && $0 != "\"" && $0 != "=" }
        return isPlain ? text : JSONValue.quoted(text)
    }
}
