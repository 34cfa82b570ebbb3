import Diagnostics
import Documents

/// A passage of a file as an index keeps it.
package struct PassageRecord: Hashable, Sendable {
    /// A part of it that has a vector of its own.
    package struct Block: Hashable, Sendable {
        /// In bytes of the file and in lines, both counted from where the passage begins.
        package let range: Range<Int>
        package let lines: Range<Int>
    }

    /// In bytes of the file (of the text taken out, for PDF).
    package let range: Range<Int>
    /// The first and last line in the file, or page for PDF, from 1.
    package let place: ClosedRange<Int>
    /// What the passage belongs to.
    package let title: String
    package let text: String
    /// The words in names of code such as `readPage`, for the search by words.
    package let words: String
    package let blocks: [Block]
    /// What the model is to see of each block.
    package let blockTexts: [[UInt8]]
    /// Of all that decides the vectors.
    package let fingerprint: Fingerprint

    /// The passages of a text.
    ///
    /// - Parameters:
    ///   - contents: the file's bytes, in which lines are counted.
    ///   - room: the most tokens of the titles that go before a block of text.
    package static func records(
        of text: ExtractedText, contents: [UInt8], settings: SplitSettings, titleTokens room: Int, tokens: @escaping TokenCount
    ) -> [PassageRecord] {
        let lineStarts = [0] + contents.indices.filter { contents[$0] == 0x0A }.map { $0 + 1 }
        return text.passages(settings, tokens: tokens).map {
            PassageRecord($0, of: text, lineStarts: lineStarts, titleTokens: room, tokens: tokens)
        }
    }

    private init(_ passage: TextPassage, of text: ExtractedText, lineStarts: [Int], titleTokens: Int, tokens: TokenCount) {
        func line(_ offset: Int) -> Int { lineStarts.firstIndexAbove(offset) }
        let source = text.sourceRange(of: passage.range), firstLine = line(source.lowerBound)
        range = source
        if let first = text.page(of: passage.range.lowerBound) {
            place = first...max(first, text.page(of: max(passage.range.lowerBound, passage.range.upperBound - 1)) ?? first)
        } else {
            place = firstLine...max(firstLine, line(max(source.lowerBound, source.upperBound - 1)))
        }
        title = passage.titles.joined(separator: " › ")
        self.text = String(decoding: text.bytes[passage.range], as: UTF8.self)
        var lead: [UInt8] = []
        if case .code = text.format {
            words = CodeWords.split(self.text)
        } else {
            words = ""
            lead = Self.lead(passage, text.bytes, room: titleTokens, tokens: tokens)
        }
        let pieces = passage.blocks.map { (text: lead + text.bytes[$0], source: text.sourceRange(of: $0)) }
        blockTexts = pieces.map(\.text)
        blocks = pieces.map { piece in
            Block(
                range: piece.source.lowerBound - source.lowerBound..<piece.source.upperBound - source.lowerBound,
                lines: line(piece.source.lowerBound) - firstLine..<line(max(piece.source.lowerBound, piece.source.upperBound - 1))
                    - firstLine + 1)
        }
        fingerprint = Self.fingerprint(title: title, texts: blockTexts)
    }

    /// The titles of a passage of text, the outer ones left out where there is no room. A passage that begins with its heading has it.
    private static func lead(_ passage: TextPassage, _ bytes: [UInt8], room: Int, tokens: TokenCount) -> [UInt8] {
        var titles = passage.titles[...]
        if let last = titles.last, bytes[passage.range].drop(while: { $0 == UInt8(ascii: "#") || $0 == 0x20 }).starts(with: last.utf8) {
            titles.removeLast()
        }
        while !titles.isEmpty {
            let lead = Array((titles.joined(separator: ", ") + "\n").utf8)
            if tokens(lead[...]) <= room { return lead }
            titles.removeFirst()
        }
        return []
    }

    private static func fingerprint(title: String, texts: [[UInt8]]) -> Fingerprint {
        var fingerprint = Fingerprint(of: title.utf8)
        for text in texts {
            fingerprint.add(CollectionOfOne(0))
            fingerprint.add(text)
        }
        return fingerprint
    }
}

/// Names in code as words.
enum CodeWords {
    /// The words within names that are made of several, such as "read page" of `readPage` and `read_page`; each once.
    static func split(_ code: String) -> String {
        var words: [String] = [], seen: Set<String> = []
        for name in code.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" }) {
            let parts = parts(of: name)
            guard parts.count > 1 else { continue }
            for part in parts where seen.insert(part).inserted { words.append(part) }
        }
        return words.joined(separator: " ")
    }

    /// `parseHTTPHeader_v2` is parse, http, header, v2.
    static func parts(of name: Substring) -> [String] {
        var parts: [String] = [], current = ""
        let characters = Array(name)
        for (index, character) in characters.enumerated() {
            let follows = index + 1 < characters.count && characters[index + 1].isLowercase
            let turns = character.isUppercase && index > 0 && (!characters[index - 1].isUppercase || follows)
            if (character == "_" || turns) && !current.isEmpty {
                parts.append(current.lowercased())
                current = ""
            }
            if character != "_" { current.append(character) }
        }
        return current.isEmpty ? parts : parts + [current.lowercased()]
    }
}
