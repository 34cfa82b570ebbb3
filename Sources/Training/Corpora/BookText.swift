/// The text of a book without what its publisher put around it.
///
/// Files of Project Gutenberg begin with a header up to a line `*** START OF … PROJECT GUTENBERG …` and end with a licence from a line
/// `*** END OF …` on. Within these, paragraphs on who produced the file, and a line that repeats that this is the end, are left out too.
package enum BookText {
    /// How paragraphs begin that tell who made the file.
    private static let producers = [
        "Produced by", "E-text prepared by", "Etext prepared by", "This eBook was produced by", "Transcribed from", "Special thanks",
    ]

    /// - Parameter joinsLines: makes one line of each paragraph; lines that are set in, as verse is, stay.
    /// - Returns: the text with line feeds between lines, one at its end and no blank lines around it; empty if there is no text.
    package static func cleaned(_ bytes: [UInt8], joinsLines: Bool = false) -> [UInt8] {
        var lines = bytes.lines[...]
        if let start = lines.firstIndex(where: { $0.isMark("START OF") }) { lines = lines[(start + 1)...] }
        if let end = lines.firstIndex(where: { $0.isMark("END OF") || $0.saysEnd }) { lines = lines[..<end] }
        lines = lines.withoutBlankEnds
        while let first = lines.first, producers.contains(where: { first.starts(with: $0.utf8) }) {
            lines = lines.drop { !$0.isBlank }.withoutBlankEnds
        }
        guard !lines.isEmpty else { return [] }
        return Array((joinsLines ? joined(lines) : Array(lines)).joined(separator: [0x0a])) + [0x0a]
    }

    private static func joined(_ lines: ArraySlice<ArraySlice<UInt8>>) -> [ArraySlice<UInt8>] {
        var joined: [ArraySlice<UInt8>] = []
        for line in lines {
            if let last = joined.last, !last.isBlank, !line.isBlank, !last.isSetIn, !line.isSetIn {
                joined[joined.count - 1] = last + [0x20] + line
            } else {
                joined.append(line)
            }
        }
        return joined
    }
}

extension [UInt8] {
    /// Lines without what ends them.
    fileprivate var lines: [ArraySlice<UInt8>] {
        split(separator: 0x0a, omittingEmptySubsequences: false).map { $0.last == 0x0d ? $0.dropLast() : $0 }
    }
}

extension ArraySlice<UInt8> {
    fileprivate var isBlank: Bool { allSatisfy { $0 == 0x20 || $0 == 0x09 } }
    fileprivate var isSetIn: Bool { first == 0x20 || first == 0x09 }

    /// Whether it is a line of asterisks that says so of the project's text.
    fileprivate func isMark(_ words: String) -> Bool {
        guard starts(with: "***".utf8) else { return false }
        let text = String(decoding: self, as: UTF8.self).uppercased()
        return text.contains(words) && text.contains("PROJECT GUTENBERG")
    }

    fileprivate var saysEnd: Bool {
        guard starts(with: "End of".utf8) else { return false }
        return String(decoding: self, as: UTF8.self).contains("Project Gutenberg")
    }
}

extension ArraySlice where Element == ArraySlice<UInt8> {
    fileprivate var withoutBlankEnds: Self {
        let started = drop { $0.isBlank }
        return started.prefix((started.lastIndex { !$0.isBlank } ?? started.startIndex - 1) + 1 - started.startIndex)
    }
}
