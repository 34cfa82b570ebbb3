/// The lines of a text that are not blank, each with its number and without the white space around it.
package struct NumberedLines: Sequence, IteratorProtocol {
    package struct Line: Sendable {
        /// From 1 on, blank lines counted.
        package let number: Int
        package let bytes: ArraySlice<UInt8>

        package var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    private var rest: ArraySlice<UInt8>
    private var number = 0

    package init(_ bytes: [UInt8]) { rest = bytes[...] }

    package mutating func next() -> Line? {
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            let line = rest[rest.startIndex..<end]
            rest = rest[end...].dropFirst()
            number += 1
            guard let first = line.firstIndex(where: { !Self.isBlank($0) }), let last = line.lastIndex(where: { !Self.isBlank($0) }) else {
                continue
            }
            return Line(number: number, bytes: line[first...last])
        }
        return nil
    }

    /// Space, tab, vertical tab, form feed or carriage return.
    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte) }
}
