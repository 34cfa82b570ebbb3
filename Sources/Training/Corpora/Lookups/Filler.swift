import Tokenizers

/// Text that says nothing of what is asked, word by word, out of which stretches of exactly so many tokens are cut.
///
/// A word is a run of white space and what follows it up to the next. No token goes across the border of two, so stretches of words can be
/// put together with others without changing how they are encoded.
package struct Filler: Sendable {
    fileprivate struct Word {
        let start: Int32
        /// Whether a sentence ends with it.
        let endsSentence: Bool
        /// Whether a blank line stands before it.
        let beginsParagraph: Bool
    }

    /// A stretch of text.
    struct Stretch {
        var tokens: [Int32] = []
        /// Where in `tokens` other text may be put in: after each word, after a sentence, before a paragraph; and at the end.
        var wordEnds: [Int] = []
        var sentenceEnds: [Int] = []
        var paragraphEnds: [Int] = []
    }

    private let tokenizer: Tokenizer
    private let tokens: [Int32]
    private let words: [Word]

    /// Words that come before the last one of a sentence, whatever they end with.
    private static let abbreviations: Set<String> = ["Mr.", "Mrs.", "Dr.", "St.", "M.", "Mme.", "Messrs."]
    private static let tries = 4_000
    /// The fewest tokens that can be expected to be whole sentences.
    private static let leastSentences = 24

    /// - Throws: `CorpusError.tooLittle` for a corpus of next to nothing.
    package init(_ corpus: TokenCorpus, tokenizer: Tokenizer) throws(CorpusError) {
        self.tokenizer = tokenizer
        let tokens = corpus.tokens.filter { !tokenizer.isSpecial($0) }
        let texts = (0..<Int32(tokenizer.vocabularyCount)).map { tokenizer.piece($0) }
        var words: [Word] = []
        var text: [UInt8] = [], start = 0
        for (place, token) in tokens.enumerated() {
            let piece = texts[Int(token)]
            if place > 0, piece.first?.isSpace == true, text.last?.isSpace == false {
                words.append(Word(text, start: start))
                (text, start) = ([], place)
            }
            text += piece
        }
        words.append(Word(text, start: start))
        guard words.count > 64 else { throw .tooLittle(stream: "filler", found: tokens.count, needed: 64) }
        self.tokens = tokens
        self.words = words
    }

    /// A random stretch of exactly `count` tokens.
    ///
    /// - Parameter continues: whether it goes on from other text, so that the white space at its beginning belongs to it.
    /// - Throws: `CorpusError.tooLittle` where there is none.
    func stretch(of count: Int, continues: Bool = false, _ random: inout CorpusRandom) throws(CorpusError) -> Stretch {
        guard count > 0 else { return Stretch() }
        for attempt in 0..<Self.tries {
            // A stretch of some length should be whole sentences, unless that cannot be had.
            let isWhole = !continues && count >= Self.leastSentences && attempt < Self.tries / 2
            let first = random.below(words.count - 1) + 1
            guard !isWhole || words[first - 1].endsSentence else { continue }
            if let found = stretch(from: first, count: count, continues, isWhole) { return found }
        }
        throw .tooLittle(stream: "filler", found: tokens.count, needed: count)
    }

    /// The stretch that begins with a word, if it ends with one, and with a sentence where it is to be whole.
    private func stretch(from first: Int, count: Int, _ continues: Bool, _ isWhole: Bool) -> Stretch? {
        guard first + 1 < words.count else { return nil }
        let opening = continues ? Array(tokens[range(first)]) : openingTokens(of: first), second = Int(words[first + 1].start)
        let wanted = second + count - opening.count
        guard opening.count <= count, wanted <= tokens.count, let end = word(startingAt: wanted),
            !isWhole || words[end - 1].endsSentence
        else { return nil }
        var stretch = Stretch(tokens: opening + tokens[second..<wanted])
        for number in first + 1...end {
            let place = Int(words[number].start) - second + opening.count
            stretch.wordEnds.append(place)
            if words[number - 1].endsSentence || number == end { stretch.sentenceEnds.append(place) }
            if words[number].beginsParagraph || number == end { stretch.paragraphEnds.append(place) }
        }
        return stretch
    }

    /// The first word without the white space before it.
    private func openingTokens(of word: Int) -> [Int32] {
        let text = tokenizer.decode(Array(tokens[range(word)])).drop { $0.isSpace }
        return tokenizer.encode(Array(text))
    }

    private func range(_ word: Int) -> Range<Int> {
        Int(words[word].start)..<(word + 1 < words.count ? Int(words[word + 1].start) : tokens.count)
    }

    /// The word that starts at a token; nil where none does.
    private func word(startingAt token: Int) -> Int? {
        var low = 0, high = words.count
        while low < high {
            let middle = (low + high) / 2
            if Int(words[middle].start) < token { low = middle + 1 } else { high = middle }
        }
        return low < words.count && Int(words[low].start) == token ? low : nil
    }
}

extension Filler.Word {
    fileprivate init(_ text: [UInt8], start: Int) {
        self.start = Int32(start)
        let space = text.prefix { $0.isSpace }
        beginsParagraph = space.count { $0 == 0x0a } > 1
        let word = String(decoding: text.dropFirst(space.count), as: UTF8.self)
        let bare = word.trimmingSuffix { "\"'’”)_".contains($0) }
        endsSentence = bare.last.map { ".!?".contains($0) } == true && !Filler.isAbbreviation(bare)
    }
}

extension Filler {
    fileprivate static func isAbbreviation(_ word: Substring) -> Bool { abbreviations.contains(String(word)) }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(_ isTrimmed: (Character) -> Bool) -> Substring {
        var rest = Substring(self)
        while let last = rest.last, isTrimmed(last) { rest.removeLast() }
        return rest
    }
}

extension UInt8 {
    var isSpace: Bool { self == 0x20 || (0x09...0x0d).contains(self) }
}
