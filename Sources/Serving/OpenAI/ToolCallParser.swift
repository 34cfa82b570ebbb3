import ModelFiles

/// Finds calls of tools in a reply while it comes.
///
/// Models write calls in a few forms, which their templates teach them:
///
///     <tool_call>{"name": …, "arguments": {…}}</tool_call>          Qwen, Hermes and others; any number of them, with text around
///     {"name": …, "parameters": {…}}                                 Llama 3.1 and later; the whole reply
///     [TOOL_CALLS][{"name": …, "arguments": {…}}, …]                 Mistral; the mark may be missing
///
/// Text that might become a call is withheld until it is one or cannot be. What looks like a call and is none stays text.
struct ToolCallParser: Sendable {
    /// What became of some text.
    struct Release: Equatable, Sendable {
        var text = ""
        var calls: [ToolCall] = []
    }

    private static let opening = "<tool_call>"
    private static let closing = "</tool_call>"
    private static let marks = ["[TOOL_CALLS]", "<|python_tag|>"]

    /// The tools that there are; a call of another is text.
    private let names: Set<String>
    private var withheld = ""
    /// Whether all so far may be one call, or a list of them.
    private var mayBeWhole = true
    /// Whether a call has just ended: white space that follows parts it from the next and is not said.
    private var followsCall = false

    init(names: some Sequence<String>) { self.names = Set(names) }

    mutating func append(_ text: String) -> Release {
        withheld += text
        if mayBeWhole {
            if Self.mayBegin(withheld) { return Release() }
            mayBeWhole = false
        }
        var release = Release()
        while let start = withheld.firstRange(of: Self.opening) {
            say(withheld[..<start.lowerBound], &release)
            guard let end = withheld[start.upperBound...].firstRange(of: Self.closing) else {
                withheld.removeSubrange(..<start.lowerBound)
                return release
            }
            take(String(withheld[start.upperBound..<end.lowerBound]), whole: String(withheld[start.lowerBound..<end.upperBound]), &release)
            withheld.removeSubrange(..<end.upperBound)
        }
        let kept = Self.endThatMayOpen(withheld)
        say(withheld.dropLast(kept), &release)
        withheld = String(withheld.suffix(kept))
        return release
    }

    /// What is left when the reply is over.
    mutating func finish() -> Release {
        defer { withheld = "" }
        var release = Release()
        if mayBeWhole {
            take(Self.withoutMark(withheld), whole: withheld, &release)
        } else if withheld.hasPrefix(Self.opening) {
            // A model may end its reply instead of closing the last call.
            take(String(withheld.dropFirst(Self.opening.count)), whole: withheld, &release)
        } else {
            say(withheld[...], &release)
        }
        return release
    }

    private mutating func say(_ text: Substring, _ release: inout Release) {
        let said = followsCall ? text.drop(while: \.isWhitespace) : text
        if !said.isEmpty { followsCall = false }
        release.text += said
    }

    // MARK: Calls

    private mutating func take(_ json: String, whole: String, _ release: inout Release) {
        let calls = calls(in: json)
        if calls.isEmpty { return say(whole[...], &release) }
        release.calls += calls
        followsCall = true
    }

    /// The calls that a piece of JSON describes; none where anything in it is not one.
    private func calls(in json: String) -> [ToolCall] {
        guard let value = try? JSONValue(parsing: Array(json.utf8), path: "the reply") else { return [] }
        let calls = (value.array ?? [value]).map(call)
        return calls.contains(nil) ? [] : calls.compactMap { $0 }
    }

    private func call(_ value: JSONValue) -> ToolCall? {
        guard let object = value.object, let name = object["name"]?.string, names.contains(name) else { return nil }
        guard let arguments = object["arguments"] ?? object["parameters"] else { return nil }
        // Some models write the arguments as a text that holds JSON.
        return ToolCall(name: name, arguments: arguments.string ?? arguments.serialized())
    }

    // MARK: What may become a call

    /// Whether a reply that begins so may be calls as a whole.
    private static func mayBegin(_ text: String) -> Bool {
        let trimmed = text.drop(while: \.isWhitespace)
        if trimmed.isEmpty || trimmed.hasPrefix("{") || trimmed.hasPrefix("[{") { return true }
        return (marks + ["[{"]).contains { $0.hasPrefix(trimmed) || trimmed.hasPrefix($0) }
    }

    private static func withoutMark(_ text: String) -> String {
        let trimmed = text.drop(while: \.isWhitespace)
        guard let mark = marks.first(where: { trimmed.hasPrefix($0) }) else { return String(trimmed) }
        return String(trimmed.dropFirst(mark.count))
    }

    /// Characters at the end of a text that may be the beginning of a call.
    private static func endThatMayOpen(_ text: String) -> Int {
        (1..<opening.count).reversed().first { text.hasSuffix(opening.prefix($0)) } ?? 0
    }
}
