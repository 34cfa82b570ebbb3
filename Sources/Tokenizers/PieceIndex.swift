/// Finds pieces by their bytes: an open-addressing hash table of piece numbers.
struct PieceIndex: Sendable {
    private struct Slot {
        var hash: UInt32
        var piece: Int32
    }

    private let pieces: PieceList
    private var slots: [Slot]

    /// Indexes the pieces whose number is wanted; of equal pieces the last is found. Empty pieces are never found.
    init(_ pieces: PieceList, where isWanted: (Int) -> Bool) {
        self.pieces = pieces
        var capacity = 16
        while capacity < pieces.count * 2 { capacity *= 2 }
        slots = Array(repeating: Slot(hash: 0, piece: -1), count: capacity)
        for number in 0..<pieces.count where isWanted(number) && !pieces.range(number).isEmpty {
            let range = pieces.range(number)
            let hash = byteHash(pieces.bytes, range)
            slots[slot(of: pieces.bytes, range, hash: hash)] = Slot(hash: UInt32(truncatingIfNeeded: hash), piece: Int32(number))
        }
    }

    /// The number of the piece that equals `bytes[range]`.
    func find(_ bytes: [UInt8], _ range: Range<Int>) -> Int32? {
        find(bytes, range, hash: byteHash(bytes, range))
    }

    /// The same where the hash of the bytes is known already.
    func find(_ bytes: [UInt8], _ range: Range<Int>, hash: UInt64) -> Int32? {
        let piece = slots[slot(of: bytes, range, hash: hash)].piece
        return piece < 0 ? nil : piece
    }

    /// The slot that holds the bytes, or the empty one where they would go. The table is at most half full, so there is one.
    private func slot(of bytes: [UInt8], _ range: Range<Int>, hash: UInt64) -> Int {
        let mask = slots.count - 1
        let tag = UInt32(truncatingIfNeeded: hash)
        var index = Int(truncatingIfNeeded: hash >> 32) & mask
        while slots[index].piece >= 0 {
            let found = slots[index]
            if found.hash == tag, equalBytes(bytes, range, pieces.bytes, pieces.range(Int(found.piece))) { break }
            index = (index + 1) & mask
        }
        return index
    }
}
