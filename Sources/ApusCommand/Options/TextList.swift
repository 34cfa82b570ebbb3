import ArgumentParser

/// Words as they are written on the command line: "full,streaming:4:4092".
struct TextList: Equatable, Sendable, ExpressibleByArgument {
    let texts: [String]

    init(_ texts: [String]) { self.texts = texts }

    /// - Parameter argument: words with commas between them; nil for an empty one, and for one that comes twice.
    init?(argument: String) {
        let texts = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard texts.allSatisfy({ !$0.isEmpty }), Set(texts).count == texts.count else { return nil }
        self.texts = texts
    }

    var defaultValueDescription: String { texts.joined(separator: ",") }
}
