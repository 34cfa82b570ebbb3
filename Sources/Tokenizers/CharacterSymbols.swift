/// The numbers under which single characters enter the merging of `SentencePieceBPE`.
///
/// A character that is a piece has that piece's number. One that is none but occurs in pieces has a number beyond the
/// vocabulary, so that longer pieces can still be made of it. Any other has -1.
struct CharacterSymbols: Sendable {
    /// The symbol of a space.
    private(set) var space: Int32
    private var table = IntegerTable()
    private var nextSymbol: Int32

    init(_ pieces: PieceList, index: PieceIndex) {
        nextSymbol = Int32(pieces.count)
        space = -1
        space = symbol(in: PieceList(["\u{2581}"]), 0..<3, index: index) ?? -1
        for number in 0..<pieces.count {
            let range = pieces.range(number)
            guard index.find(pieces.bytes, range) == Int32(number),
                UTF8Unit(pieces.bytes, at: range.lowerBound, limit: range.upperBound).length == range.count
            else { continue }
            table.insert(UInt64(number), for: Self.key(pieces.bytes, range))
        }
    }

    /// The symbol of a character of a text. A space mark in the text is no space: it has none.
    @inline(__always)
    func symbol(of unit: UTF8Unit, _ text: [UInt8], at index: Int) -> Int32 {
        if text[index] == 0x20 { return space }
        if unit.scalar == 0x2581 { return -1 }
        guard let symbol = table[Self.key(text, index..<index + unit.length)] else { return -1 }
        return Int32(symbol)
    }

    /// The symbol of a part of a piece: of the piece that it is, or of the one character that it is; nil if it is neither.
    mutating func symbol(in pieces: PieceList, _ part: Range<Int>, index: PieceIndex) -> Int32? {
        if let piece = index.find(pieces.bytes, part) { return piece }
        guard UTF8Unit(pieces.bytes, at: part.lowerBound, limit: part.upperBound).length == part.count else { return nil }
        let key = Self.key(pieces.bytes, part)
        if let known = table[key] { return Int32(known) }
        table.insert(UInt64(nextSymbol), for: key)
        nextSymbol += 1
        return nextSymbol - 1
    }

    /// Up to four bytes as a number; equal for equal bytes only, as the length is part of it.
    @inline(__always)
    private static func key(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
        var key = UInt64(range.count)
        for index in range { key = key << 8 | UInt64(bytes[index]) }
        return key
    }
}
