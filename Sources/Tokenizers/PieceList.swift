/// A list of byte strings kept end to end in one array, as vocabularies of a hundred thousand short pieces want to be.
package struct PieceList: Sendable, Equatable {
    package private(set) var bytes: [UInt8] = []
    private var ends: [Int] = []

    package init() {}

    package init(_ pieces: some Sequence<String>) {
        for piece in pieces { append(piece.utf8) }
    }

    package var count: Int { ends.count }

    package mutating func reserveCapacity(pieces: Int, bytes byteCount: Int) {
        ends.reserveCapacity(pieces)
        bytes.reserveCapacity(byteCount)
    }

    package mutating func append(_ piece: some Sequence<UInt8>) {
        bytes.append(contentsOf: piece)
        ends.append(bytes.count)
    }

    /// Where piece `number` lies in `bytes`.
    package func range(_ number: Int) -> Range<Int> {
        (number == 0 ? 0 : ends[number - 1])..<ends[number]
    }

    package subscript(number: Int) -> ArraySlice<UInt8> {
        bytes[range(number)]
    }

    /// The piece as text for messages; ill-formed bytes are shown as U+FFFD.
    package func text(_ number: Int) -> String {
        String(decoding: self[number], as: UTF8.self)
    }
}
