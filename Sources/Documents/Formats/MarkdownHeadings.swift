/// Finds the headings of Markdown (CommonMark 0.31, ATX and setext headings, fenced code).
enum MarkdownHeadings {
    static func find(in bytes: [UInt8]) -> [ExtractedText.Heading] {
        var headings: [ExtractedText.Heading] = [], fence: Fence?, previous: Range<Int>?
        for line in TextLines(bytes) {
            let content = bytes[line].trimmed
            if let open = fence {
                if open.isClosed(by: content) { fence = nil }
                previous = nil
                continue
            }
            if let opened = Fence(opening: content) {
                fence = opened
                previous = nil
                continue
            }
            if let heading = atx(content) {
                headings.append(heading)
                previous = nil
            } else if let level = underline(content), let above = previous {
                headings.append(.init(range: above, level: level))
                previous = nil
            } else {
                previous = content.isEmpty ? nil : content.indices
            }
        }
        return headings
    }

    /// `## Title ##`: one to six marks, a space, and maybe marks at the end.
    private static func atx(_ line: ArraySlice<UInt8>) -> ExtractedText.Heading? {
        let level = line.prefix { $0 == UInt8(ascii: "#") }.count
        guard (1...6).contains(level) else { return nil }
        var title = line.dropFirst(level)
        guard title.first.map({ $0 == 0x20 || $0 == 0x09 }) ?? false else { return nil }
        title = title.trimmed
        let unmarked = title.trimmedEnd { $0 == UInt8(ascii: "#") }
        if unmarked.last.map({ $0 == 0x20 || $0 == 0x09 }) ?? true { title = unmarked.trimmed }
        return title.isEmpty ? nil : .init(range: title.indices, level: level)
    }

    /// A line of nothing but = or - makes a heading of the line above.
    private static func underline(_ line: ArraySlice<UInt8>) -> Int? {
        guard let first = line.first, line.allSatisfy({ $0 == first }) else { return nil }
        return first == UInt8(ascii: "=") ? 1 : first == UInt8(ascii: "-") ? 2 : nil
    }

    /// A block of code between lines of three or more ` or ~.
    private struct Fence {
        let mark: UInt8
        let length: Int

        init?(opening line: ArraySlice<UInt8>) {
            guard let first = line.first, first == UInt8(ascii: "`") || first == UInt8(ascii: "~") else { return nil }
            mark = first
            length = line.prefix { $0 == first }.count
            guard length >= 3, first == UInt8(ascii: "~") || !line.dropFirst(length).contains(first) else { return nil }
        }

        func isClosed(by line: ArraySlice<UInt8>) -> Bool { line.count >= length && line.allSatisfy { $0 == mark } }
    }
}
