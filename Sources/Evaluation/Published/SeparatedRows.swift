import Foundation

/// Rows of fields with commas or tabs between them; a field in quotation marks may hold these, line breaks, and quotation marks twice.
struct SeparatedRows: IteratorProtocol {
    private var rest: Data.SubSequence
    private let separator: UInt8
    /// Rows so far.
    private(set) var count = 0

    private static let quote = UInt8(ascii: "\""), lineFeed = UInt8(ascii: "\n"), carriageReturn = UInt8(ascii: "\r")
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    init(_ bytes: Data, separator: UInt8) {
        rest = bytes.starts(with: Self.mark) ? bytes.dropFirst(Self.mark.count) : bytes[...]
        self.separator = separator
    }

    mutating func next() -> [String]? {
        guard !rest.isEmpty else { return nil }
        count += 1
        var fields: [String] = []
        repeat { fields.append(field()) } while take(separator)
        _ = take(Self.carriageReturn)
        _ = take(Self.lineFeed)
        return fields
    }

    /// The next byte, if it is this one.
    private mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// All up to the separator or the end of the row.
    private mutating func field() -> String {
        var field: [UInt8] = []
        if take(Self.quote) {
            while let byte = rest.popFirst() {
                if byte == Self.quote, !take(Self.quote) { break }
                field.append(byte)
            }
        }
        while let byte = rest.first, byte != separator, byte != Self.lineFeed {
            if byte == Self.carriageReturn, rest.dropFirst().first == Self.lineFeed { break }
            field.append(byte)
            rest = rest.dropFirst()
        }
        return String(decoding: field, as: UTF8.self)
    }
}
