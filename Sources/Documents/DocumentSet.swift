import Diagnostics

/// Several texts as one, with a record of what came from where.
public struct DocumentSet: Hashable, Sendable {
    /// One file's part of the whole.
    package struct Member: Hashable, Codable, Sendable {
        package let name: String
        /// Where its text stands in `DocumentSet.bytes`.
        package let range: Range<Int>
        /// Where in the file its text begins, in bytes (after a byte-order mark).
        package let sourceOffset: Int
        /// Of the whole file.
        package let fingerprint: Fingerprint

        package init(name: String, range: Range<Int>, sourceOffset: Int, fingerprint: Fingerprint) {
            self.name = name
            self.range = range
            self.sourceOffset = sourceOffset
            self.fingerprint = fingerprint
        }
    }

    /// A stretch of one file, in bytes of that file.
    package struct Source: Hashable, Sendable {
        package let name: String
        package let range: Range<Int>
    }

    /// What stands between two texts unless another separator is asked for. It belongs to none of them.
    package static let blankLine = Array("\n\n".utf8)

    /// All texts, one after the other, separated.
    package let bytes: [UInt8]
    /// In the order given; their ranges are disjoint and ascend.
    package let members: [Member]

    package init(_ texts: [PlainText], separator: [UInt8] = DocumentSet.blankLine) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(texts.reduce(0) { $0 + $1.bytes.count + separator.count })
        members = texts.map { text in
            if !bytes.isEmpty { bytes += separator }
            let start = bytes.count
            bytes += text.bytes
            return Member(name: text.name, range: start..<bytes.count, sourceOffset: text.sourceOffset, fingerprint: text.fingerprint)
        }
        self.bytes = bytes
    }

    /// Reads the files, each whole; "-" is standard input.
    public init(reading names: [String], separator: [UInt8] = [0x0A, 0x0A]) throws(DocumentError) {
        var texts: [PlainText] = []
        for name in names { texts.append(try PlainText(reading: name)) }
        self.init(texts, separator: separator)
    }

    /// All texts as one string.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Where the bytes of `range` came from: a stretch for each file that they touch, separators left out.
    /// O(log n) in the number of files, plus the stretches.
    package func sources(of range: Range<Int>) -> [Source] {
        var sources: [Source] = []
        for member in members[firstMember(endingAfter: range.lowerBound)...] {
            guard member.range.lowerBound < range.upperBound else { break }
            let shared = member.range.clamped(to: range)
            guard !shared.isEmpty else { continue }
            let shift = member.sourceOffset - member.range.lowerBound
            sources.append(Source(name: member.name, range: shared.lowerBound + shift..<shared.upperBound + shift))
        }
        return sources
    }

    private func firstMember(endingAfter offset: Int) -> Int {
        var low = 0
        var high = members.count
        while low < high {
            let middle = (low + high) / 2
            if members[middle].range.upperBound > offset { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
