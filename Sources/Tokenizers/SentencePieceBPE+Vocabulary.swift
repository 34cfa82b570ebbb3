/// What is worked out of the vocabulary once.
extension SentencePieceBPE {
    /// The byte that each byte piece stands for, by piece; nil for other pieces.
    static func bytesOfPieces(_ vocabulary: Vocabulary, types: [Vocabulary.TokenType]) throws(TokenizerError) -> [UInt8?] {
        var result = [UInt8?](repeating: nil, count: types.count)
        for (number, type) in types.enumerated() where type == .byte {
            let piece = vocabulary.pieces.text(number)
            guard piece.utf8.count == 6, piece.hasPrefix("<0x"), piece.hasSuffix(">"),
                let byte = UInt8(piece.dropFirst(3).dropLast(), radix: 16)
            else { throw TokenizerError(.invalidBytePiece(piece: number), in: vocabulary.source) }
            result[number] = byte
        }
        return result
    }

    /// The piece of each of the 256 bytes, if all of them have one.
    static func bytePieces(_ bytes: [UInt8?]) -> [Int32]? {
        var result = [Int32](repeating: -1, count: 256)
        for (number, byte) in bytes.enumerated() {
            if let byte { result[Int(byte)] = Int32(number) }
        }
        return result.contains(-1) ? nil : result
    }

    /// What the pieces say: bytes for byte pieces, spaces for space marks, in user-defined pieces only where they are text.
    static func texts(
        _ pieces: PieceList, types: [Vocabulary.TokenType], bytes: [UInt8?], userDefinedPiecesAreText: Bool
    ) -> PieceList {
        var texts = PieceList()
        texts.reserveCapacity(pieces: pieces.count, bytes: pieces.bytes.count)
        for (number, type) in types.enumerated() {
            if let byte = bytes[number] {
                texts.append(CollectionOfOne(byte))
            } else if type == .control || type == .unknown || (type == .userDefined && !userDefinedPiecesAreText) {
                texts.append(pieces[number])
            } else {
                texts.append(spaced(pieces[number]))
            }
        }
        return texts
    }

    private static func spaced(_ piece: ArraySlice<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        var rest = piece
        while let first = rest.first {
            if rest.starts(with: spaceMark) {
                text.append(0x20)
                rest = rest.dropFirst(spaceMark.count)
            } else {
                text.append(first)
                rest = rest.dropFirst()
            }
        }
        return text
    }

    /// The order in which pieces are made: by falling score, equal scores alike.
    static func ranks(_ vocabulary: Vocabulary) throws(TokenizerError) -> [UInt32] {
        let scores = try vocabulary.checkedScores()
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        var ranks = [UInt32](repeating: 0, count: scores.count)
        var rank: UInt32 = 0
        for (place, number) in order.enumerated() {
            if place > 0, scores[number] < scores[order[place - 1]] { rank += 1 }
            ranks[number] = rank
        }
        return ranks
    }

    /// Every way to make a piece of two others or of single characters.
    static func merges(
        _ pieces: PieceList, ranks: [UInt32], index: PieceIndex, symbols: inout CharacterSymbols
    ) -> MergeTable {
        var merges = MergeTable(minimumCapacity: pieces.count * 2)
        for number in 0..<pieces.count {
            let whole = pieces.range(number)
            guard index.find(pieces.bytes, whole) == Int32(number) else { continue }
            var middle = whole.lowerBound
            while middle < whole.upperBound {
                middle += UTF8Unit(pieces.bytes, at: middle, limit: whole.upperBound).length
                guard middle < whole.upperBound,
                    let left = symbols.symbol(in: pieces, whole.lowerBound..<middle, index: index),
                    let right = symbols.symbol(in: pieces, middle..<whole.upperBound, index: index)
                else { continue }
                merges.allow(left, right, rank: ranks[number], symbol: Int32(number))
            }
        }
        return merges
    }
}
