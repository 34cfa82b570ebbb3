import Foundation

/// What the surroundings of the process say about the terminal.
enum Environment {
    static var all: [String: String] { ProcessInfo.processInfo.environment }

    /// Whether text is UTF-8, by the variables that decide it, the strongest first.
    static func isUnicode(_ environment: [String: String]) -> Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        let name = (locale ?? "").lowercased()
        return name.contains("utf-8") || name.contains("utf8")
    }
}
