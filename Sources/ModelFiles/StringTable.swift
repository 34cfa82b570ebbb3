/// Many short strings in two flat arrays: their bytes one after the other, and where each ends.
///
/// A vocabulary of 150,000 pieces takes its bytes plus 8 bytes a piece, and is read without one allocation per piece.
/// The bytes are kept as they are, valid UTF-8 or not; as a `String` an invalid piece shows U+FFFD where it is broken.
package struct StringTable: Hashable, Sendable {
    private var contents: [UInt8] = []
    private var ends: [Int] = []

    package init() {}

    package init(_ strings: some Sequence<String>) {
        for string in strings { append(string.utf8) }
    }

    package mutating func reserveCapacity(strings: Int, bytes: Int) {
        ends.reserveCapacity(strings)
        contents.reserveCapacity(bytes)
    }

    package mutating func append(_ bytes: some Sequence<UInt8>) {
        contents.append(contentsOf: bytes)
        ends.append(contents.count)
    }

    /// The bytes of the string at `position`. O(1), without a copy.
    package func bytes(at position: Int) -> ArraySlice<UInt8> {
        contents[(position == 0 ? 0 : ends[position - 1])..<ends[position]]
    }
}

extension StringTable: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { ends.count }
    package subscript(position: Int) -> String { String(decoding: bytes(at: position), as: UTF8.self) }
}

extension StringTable: ExpressibleByArrayLiteral {
    package init(arrayLiteral elements: String...) { self.init(elements) }
}
