import ArgumentParser
import Documents
import Retrieval

/// What is left out of texts before they are read.
struct ShorteningArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Leave this out of texts: one or more of \(Shortening.Part.allCases.map(\.rawValue).joined(separator: ", ")), with commas.",
            valueName: "parts"))
    var without: TextList?

    @Option(
        help: ArgumentHelp(
            "The words that are left out as stop words, one a line. (default: a list of English function words)", valueName: "path"),
        completion: .file())
    var stopWords: String?

    @Option(
        help: ArgumentHelp("Words that come less often than this are rare. (default: \(ShorteningArguments.usualLeast))", valueName: "n"))
    var leastOften: Int?

    static let usualLeast = 3

    var parts: Set<Shortening.Part> { Set((without?.texts ?? []).compactMap(Shortening.Part.init)) }

    func validate() throws {
        for name in without?.texts ?? [] where Shortening.Part(rawValue: name) == nil {
            let known = Shortening.Part.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--without does not know \"\(name)\"; it knows \(known).")
        }
        if let leastOften, leastOften < 2 { throw ValidationError("--least-often must be at least 2, not \(leastOften).") }
        let idle = [
            ("--stop-words", stopWords != nil && !parts.contains(.stopWords)),
            ("--least-often", leastOften != nil && !parts.contains(.rareWords)),
        ]
        if let message = IdleOptions.message(idle.filter(\.1).map(\.0), reason: "such words are not left out (--without)") {
            throw ValidationError(message)
        }
    }

    /// - Parameter corpus: the texts by which words are rare; those that a head is trained on and no others.
    /// - Returns: nil where nothing is left out.
    func shortening(corpus: [String]) throws -> Shortening? {
        guard !parts.isEmpty else { return nil }
        let list = try stopWords.map { path in
            Set(try PlainText(reading: path).text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init))
        }
        let common = parts.contains(.rareWords) ? Shortening.commonWords(of: corpus, atLeast: leastOften ?? Self.usualLeast) : []
        return Shortening(parts, stopWords: list ?? StopWords.english, commonWords: common)
    }
}
