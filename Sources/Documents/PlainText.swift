import Diagnostics

/// The text of one file, as it stands there: valid UTF-8, without a byte-order mark.
package struct PlainText: Hashable, Sendable {
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    /// Where a text may begin in its file.
    package static let sourceOffsets = 0...byteOrderMark.count

    /// The file's name as the caller gave it; "standard input" for "-".
    package let name: String
    /// The text.
    package let bytes: [UInt8]
    /// Where in the file the text begins, in bytes: 3 after a byte-order mark, otherwise 0.
    package let sourceOffset: Int
    /// Of the whole file.
    package let fingerprint: Fingerprint

    /// Reads a file, or standard input if `name` is "-".
    package init(reading name: String) throws(DocumentError) {
        try self.init(FileBytes.read(name), name: name == FileBytes.standardInput ? "standard input" : name)
    }

    /// Checks the contents of a file. `name` is what errors and sources call it.
    package init(_ contents: [UInt8], name: String) throws(DocumentError) {
        if let encoding = Self.otherEncoding(of: contents) { throw DocumentError(.otherEncoding(encoding), name: name) }
        if let offset = UTF8Validation.firstInvalidOffset(in: contents) { throw DocumentError(.invalidUTF8(offset: offset), name: name) }
        let hasMark = contents.starts(with: Self.byteOrderMark)
        sourceOffset = hasMark ? Self.byteOrderMark.count : 0
        bytes = hasMark ? Array(contents.dropFirst(sourceOffset)) : contents
        guard !bytes.isEmpty else { throw DocumentError(.empty, name: name) }
        self.name = name
        fingerprint = Fingerprint(of: contents)
    }

    /// The fingerprint of the whole file that a text came from.
    package static func fingerprint(ofFileWith text: [UInt8], at sourceOffset: Int) -> Fingerprint {
        var fingerprint = Fingerprint(of: byteOrderMark.prefix(sourceOffset))
        fingerprint.add(text)
        return fingerprint
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    private static func otherEncoding(of contents: [UInt8]) -> String? {
        let marks: [(mark: [UInt8], encoding: String)] = [
            ([0xFF, 0xFE, 0, 0], "UTF-32"), ([0, 0, 0xFE, 0xFF], "UTF-32"), ([0xFF, 0xFE], "UTF-16"), ([0xFE, 0xFF], "UTF-16"),
        ]
        return marks.first { contents.starts(with: $0.mark) }?.encoding
    }
}
