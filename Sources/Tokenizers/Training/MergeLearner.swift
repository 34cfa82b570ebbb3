/// Learns which neighbouring pieces to join: again and again the pair that is most frequent.
///
/// Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units" (2016). Every pair knows the words that hold it, so that
/// a merge touches those only; the queue of pairs is put right when a pair comes to its front.
struct MergeLearner {
    /// A word as pieces.
    struct Word {
        var pieces: [Int32]
        let count: Int
        /// Whether a space stands before it that is joined to its first piece after all else, or not at all.
        let followsSpace: Bool
    }

    private struct Occurrences {
        var count = 0
        /// Words that hold the pair or held it once; a word may be there twice.
        var words: [Int32] = []
    }

    private(set) var words: [Word]
    private var pairs: [PiecePair: Occurrences] = [:]
    private var queue = PairQueue()

    init(_ words: [Word]) {
        self.words = words
        for (number, word) in words.enumerated() {
            for pair in word.pairs {
                pairs[pair, default: Occurrences()].count += word.count
                pairs[pair]?.words.append(Int32(number))
            }
        }
        for (pair, occurrences) in pairs { queue.push(PairQueue.Entry(count: occurrences.count, pair: pair)) }
    }

    /// The most frequent pair, which must be joined before the next is asked for; nil where none occurs `least` times.
    mutating func mostFrequentPair(atLeast least: Int) -> PairQueue.Entry? {
        while let entry = queue.pop() {
            let count = pairs[entry.pair]?.count ?? 0
            if count < max(least, 1) { continue }
            if count == entry.count { return entry }
            queue.push(PairQueue.Entry(count: count, pair: entry.pair))
        }
        return nil
    }

    /// Puts `piece` in the place of the pair wherever it stands.
    mutating func join(_ pair: PiecePair, to piece: Int32) {
        guard let occurrences = pairs[pair] else { return }
        var grown: Set<PiecePair> = []
        for number in occurrences.words {
            let old = words[Int(number)], new = old.joining(pair, to: piece)
            guard new.pieces.count < old.pieces.count else { continue }
            for pair in old.pairs { pairs[pair]?.count -= old.count }
            for pair in new.pairs {
                pairs[pair, default: Occurrences()].count += new.count
                guard pair.left == piece || pair.right == piece else { continue }
                pairs[pair]?.words.append(number)
                grown.insert(pair)
            }
            words[Int(number)] = new
        }
        pairs[pair] = nil
        for pair in grown {
            if let count = pairs[pair]?.count, count > 0 { queue.push(PairQueue.Entry(count: count, pair: pair)) }
        }
    }

    /// How often each piece stands behind a space at the beginning of a word, the most frequent first.
    var piecesAfterSpaces: [(piece: Int32, count: Int)] {
        var counts: [Int32: Int] = [:]
        for word in words where word.followsSpace {
            if let first = word.pieces.first { counts[first, default: 0] += word.count }
        }
        return counts.map { (piece: $0.key, count: $0.value) }.sorted { ($1.count, $0.piece) < ($0.count, $1.piece) }
    }
}

extension MergeLearner.Word {
    var pairs: some Sequence<PiecePair> {
        zip(pieces, pieces.dropFirst()).lazy.map { PiecePair(left: $0, right: $1) }
    }

    /// From left to right, as encoding joins.
    func joining(_ pair: PiecePair, to piece: Int32) -> Self {
        var joined = self
        joined.pieces.removeAll(keepingCapacity: true)
        var index = 0
        while index < pieces.count {
            let isPair = pieces[index] == pair.left && index + 1 < pieces.count && pieces[index + 1] == pair.right
            joined.pieces.append(isPair ? piece : pieces[index])
            index += isPair ? 2 : 1
        }
        return joined
    }
}
