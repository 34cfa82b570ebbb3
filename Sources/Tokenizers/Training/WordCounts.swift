/// How often each word occurs in a text, kept flat in memory: the words end to end, and a table of where they are.
///
/// Memory is bounded: where there are more different words than `most`, the rarest are forgotten, those that occurred once first. What is
/// forgotten depends on the text alone.
struct WordCounts {
    private var words = PieceList()
    private var counts: [Int] = []
    /// Numbers of words by hash, one slot after the other; -1: vacant.
    private var slots = [Int32](repeating: -1, count: 1024)
    private let most: Int

    /// - Parameter most: different words that are kept at once.
    init(most: Int) {
        precondition(most > 0 && most < Int(Int32.max))
        self.most = most
    }

    /// Different words.
    var count: Int { counts.count }

    /// A word and how often it occurs.
    subscript(number: Int) -> (word: ArraySlice<UInt8>, count: Int) { (words[number], counts[number]) }

    /// Counts the word `text[range]` once more.
    mutating func add(_ text: [UInt8], _ range: Range<Int>) {
        add(text, range, times: 1)
        if counts.count > most { forgetRarest() }
    }

    private mutating func add(_ text: [UInt8], _ range: Range<Int>, times: Int) {
        if (counts.count + 1) * 2 > slots.count { rebuildSlots(count: slots.count * 2) }
        let slot = slot(of: text, range)
        if slots[slot] >= 0 {
            counts[Int(slots[slot])] += times
        } else {
            slots[slot] = Int32(counts.count)
            words.append(text[range])
            counts.append(times)
        }
    }

    /// Where the word is, or where it would be.
    private func slot(of text: [UInt8], _ range: Range<Int>) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: byteHash(text, range) >> 20) & mask
        while slots[slot] >= 0, !equalBytes(words.bytes, words.range(Int(slots[slot])), text, range) { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func rebuildSlots(count: Int) {
        slots = Array(repeating: -1, count: count)
        for number in counts.indices { slots[slot(of: words.bytes, words.range(number))] = Int32(number) }
    }

    /// Keeps at most half of what there may be.
    private mutating func forgetRarest() {
        var least = 2
        while counts.count(where: { $0 >= least }) > most / 2 { least += 1 }
        var kept = WordCounts(most: most)
        for number in counts.indices where counts[number] >= least {
            kept.add(words.bytes, words.range(number), times: counts[number])
        }
        self = kept
    }
}
