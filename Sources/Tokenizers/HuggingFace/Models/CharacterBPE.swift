/// Byte-pair encoding that begins with the characters of a word.
///
/// Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units" (2016). Pieces within a word may be written
/// with a prefix, pieces at its end with a suffix. A character that is no piece is given byte by byte or as unknown.
struct CharacterBPE: WordModel {
    let index: PieceIndex
    let merges: MergeTable
    let unknown: Int32?
    /// The piece of each byte, -1 where there is none; nil where characters are not given byte by byte.
    let bytePieces: [Int32]?
    let continuingPrefix: [UInt8]
    let endSuffix: [UInt8]
    /// Whether neighbouring unknown characters are one token.
    let joinsUnknown: Bool
    /// Whether a word that is a piece is taken as it is, whatever the merges would make of it.
    let takesWholeWords: Bool

    func encodeWord(
        _ text: [UInt8], _ word: Range<Int>, with workspace: inout EncodingWorkspace, into output: inout TokenizedText
    ) {
        if takesWholeWords, let piece = index.find(text, word) { return output.append(piece, end: word.upperBound) }
        workspace.merger.removeAll()
        addSymbols(of: text, word, to: &workspace.merger)
        workspace.merger.merge(by: merges)
        workspace.merger.forEachSymbol { output.append($0.identifier, end: $0.end) }
    }

    private func addSymbols(of text: [UInt8], _ word: Range<Int>, to merger: inout PairMerger) {
        /// Where unknown characters end that are still to be added.
        var unknownEnd: Int?
        func addUnknown(_ merger: inout PairMerger) {
            if let unknownEnd, let unknown { merger.append(unknown, end: unknownEnd) }
            unknownEnd = nil
        }
        var start = word.lowerBound
        while start < word.upperBound {
            let end = start + UTF8Unit(text, at: start, limit: word.upperBound).length
            let written = written(text, start..<end, in: word)
            if let piece = index.find(written, 0..<written.count) {
                addUnknown(&merger)
                merger.append(piece, end: end)
            } else if let pieces = pieces(ofBytes: written) {
                for (place, piece) in pieces.enumerated() { merger.append(piece, end: min(start + place + 1, end)) }
            } else {
                if !joinsUnknown { addUnknown(&merger) }
                unknownEnd = end
            }
            start = end
        }
        addUnknown(&merger)
    }

    /// A character as pieces write it at its place in the word.
    private func written(_ text: [UInt8], _ character: Range<Int>, in word: Range<Int>) -> [UInt8] {
        var written = character.lowerBound > word.lowerBound ? continuingPrefix : []
        written += text[character]
        if character.upperBound == word.upperBound { written += endSuffix }
        return written
    }

    private func pieces(ofBytes bytes: [UInt8]) -> [Int32]? {
        guard let bytePieces else { return nil }
        let pieces = bytes.map { bytePieces[Int($0)] }
        return pieces.contains(-1) ? nil : pieces
    }
}
