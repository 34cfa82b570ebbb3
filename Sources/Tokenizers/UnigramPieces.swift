/// The best way to put a text together from pieces, each with the logarithm of its probability.
///
/// Kudo, "Subword Regularization" (2018), section 3: the path with the greatest sum of scores, found from left to right in
/// time proportional to the text and the longest piece (Viterbi). Of equal sums the one whose last piece begins first wins. A
/// character that is no piece itself may stand for the unknown token, ten below the lowest score.
struct UnigramPieces: Sendable {
    private let trie: PieceTrie
    private let scores: [Double]
    private let unknownScore: Double
    private let unknown: Int32?
    /// The piece of each byte; nil where unknown text is not to be given byte by byte.
    private let bytePieces: [Int32]?

    private static let unknownPenalty = 10.0
    private static let greatestScore = 1e40

    /// - Parameters:
    ///   - pieces: as they are to be found in normalised text.
    ///   - scores: one a piece.
    ///   - lowest: the lowest score of the pieces that count for the unknown token's.
    ///   - isWanted: whether text may become a piece; not so for control tokens and bytes.
    init(
        _ pieces: PieceList, scores: [Double], lowest: Double, unknown: Int32?, bytePieces: [Int32]?, where isWanted: (Int) -> Bool
    ) {
        trie = PieceTrie(pieces, where: isWanted)
        // So that every sum of them is a number.
        self.scores = scores.map { min(max($0, -Self.greatestScore), Self.greatestScore) }
        self.unknown = unknown
        self.bytePieces = bytePieces
        unknownScore = min(max(lowest, -Self.greatestScore), Self.greatestScore) - Self.unknownPenalty
    }

    /// What finding the best path needs, kept from word to word.
    struct Lattice {
        fileprivate struct Step {
            var score = -Double.infinity
            /// Bytes of the last piece of the best path to here; 0 where no path leads here.
            var length: Int32 = 0
            /// The last piece; -1 for a character that is unknown.
            var piece: Int32 = -1
        }

        /// One for each place between bytes.
        fileprivate var steps: [Step] = []
        fileprivate var path: [(piece: Int32, end: Int)] = []
        /// Bytes looked at since this value was made: the work done.
        fileprivate(set) var stepCount = 0
    }

    /// Appends the tokens of a stretch of text, which is taken as a whole: a run of unknown characters is one token.
    func encode(_ text: [UInt8], _ range: Range<Int>, with lattice: inout Lattice, into output: inout TokenizedText) {
        guard !range.isEmpty else { return }
        fill(&lattice, text, range)
        lattice.path.removeAll(keepingCapacity: true)
        var place = range.count
        while place > 0 {
            let step = lattice.steps[place]
            lattice.path.append((step.piece, range.lowerBound + place))
            place -= Int(step.length)
        }
        var start = range.lowerBound
        var index = lattice.path.count - 1
        while index >= 0 {
            let (piece, end) = lattice.path[index]
            index -= 1
            // The characters of a run of unknown ones are taken together.
            if piece < 0, index >= 0, lattice.path[index].piece < 0 { continue }
            if piece >= 0 { output.append(piece, end: end) } else { fallBack(text, start..<end, into: &output) }
            start = end
        }
    }

    /// Finds the best path to every place.
    private func fill(_ lattice: inout Lattice, _ text: [UInt8], _ range: Range<Int>) {
        lattice.steps.removeAll(keepingCapacity: true)
        lattice.steps.append(contentsOf: repeatElement(Lattice.Step(), count: range.count + 1))
        lattice.steps[0].score = 0
        var start = range.lowerBound
        while start < range.upperBound {
            let character = UTF8Unit(text, at: start, limit: range.upperBound).length
            let place = start - range.lowerBound
            let score = lattice.steps[place].score
            var isPiece = false
            var node = PieceTrie.root
            var index = start
            while index < range.upperBound, let next = trie.child(of: node, by: text[index]) {
                node = next
                index += 1
                guard let piece = trie.piece(at: node) else { continue }
                let length = index - start
                isPiece = isPiece || length == character
                lattice.steps[place + length].improve(to: score + scores[Int(piece)], length: length, piece: piece)
            }
            lattice.stepCount += index - start + 1
            if !isPiece { lattice.steps[place + character].improve(to: score + unknownScore, length: character, piece: -1) }
            start += character
        }
    }

    /// Gives text that has no piece: its bytes, or the unknown token.
    private func fallBack(_ text: [UInt8], _ range: Range<Int>, into output: inout TokenizedText) {
        if let bytePieces {
            for index in range { output.append(bytePieces[Int(text[index])], end: index + 1) }
        } else if let unknown {
            output.append(unknown, end: range.upperBound)
        }
    }
}

extension UnigramPieces.Lattice.Step {
    @inline(__always)
    fileprivate mutating func improve(to score: Double, length: Int, piece: Int32) {
        guard score > self.score else { return }
        self = UnigramPieces.Lattice.Step(score: score, length: Int32(length), piece: piece)
    }
}
