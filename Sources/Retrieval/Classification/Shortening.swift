/// Ways to make a text shorter so that its beginning says more: words that tell little are left out before a model reads it.
///
/// The order of what stays does not change, and a text never becomes empty. (After Simple Hack for Transformers
/// Against Heavy Long-Text Classification on a Time- and Memory-Limited GPU Service, 2024, arXiv:2403.12563.)
package struct Shortening: Hashable, Sendable {
    /// What can be left out.
    package enum Part: String, CaseIterable, Sendable {
        case stopWords = "stop-words"
        case punctuation
        case rareWords = "rare-words"
        case recurringWords = "recurring-words"
    }

    package let parts: Set<Part>
    /// Words of `stopWords` in small letters.
    package let stopWords: Set<String>
    /// Words that are not rare, in small letters; what is not among them is.
    package let commonWords: Set<String>

    /// - Parameters:
    ///   - stopWords: used where these are left out.
    ///   - commonWords: used where rare ones are left out; of the training texts alone, or else tests leak into what they test.
    package init(_ parts: Set<Part>, stopWords: Set<String> = StopWords.english, commonWords: Set<String> = []) {
        self.parts = parts
        self.stopWords = parts.contains(.stopWords) ? stopWords : []
        self.commonWords = parts.contains(.rareWords) ? commonWords : []
    }

    /// A shortened text, and where what is left of it came from.
    package struct Result: Hashable, Sendable {
        package let text: String
        /// Byte ranges of the original, in their order.
        package let spans: [Range<Int>]
        package let words: Int
        package let keptWords: Int
    }

    /// The words of texts that come at least so often, in small letters.
    package static func commonWords(of texts: some Sequence<String>, atLeast count: Int) -> Set<String> {
        var counts: [String: Int] = [:]
        for text in texts {
            let bytes = Array(text.utf8)
            for word in ShortenedWord.words(of: bytes) where !word.core.isEmpty { counts[word.key(in: bytes), default: 0] += 1 }
        }
        return Set(counts.filter { $0.value >= count }.keys)
    }

    package func apply(to text: String) -> Result {
        let bytes = Array(text.utf8), words = ShortenedWord.words(of: bytes)
        var seen: Set<String> = [], spans: [Range<Int>] = [], kept = 0, result: [UInt8] = []
        for word in words {
            let stays = !word.core.isEmpty && keeps(word.key(in: bytes), &seen)
            kept += stays ? 1 : 0
            let pieces = remains(of: word, stays: stays).filter { !$0.isEmpty }
            if !pieces.isEmpty, !result.isEmpty { result.append(UInt8(ascii: " ")) }
            for piece in pieces { result += bytes[piece] }
            spans += pieces
        }
        let all = words.count { !$0.core.isEmpty }
        guard kept > 0 else { return Result(text: text, spans: bytes.isEmpty ? [] : [0..<bytes.count], words: all, keptWords: all) }
        return Result(text: String(decoding: result, as: UTF8.self), spans: spans, words: all, keptWords: kept)
    }

    private func keeps(_ key: String, _ seen: inout Set<String>) -> Bool {
        if stopWords.contains(key) { return false }
        if parts.contains(.rareWords), !commonWords.contains(key) { return false }
        return !parts.contains(.recurringWords) || seen.insert(key).inserted
    }

    /// Of a word that goes, the punctuation stays, and of one that stays it goes, as is asked for.
    private func remains(of word: ShortenedWord, stays: Bool) -> [Range<Int>] {
        switch (stays, parts.contains(.punctuation)) {
        case (true, false): [word.whole]
        case (true, true): [word.core]
        case (false, false): word.core.isEmpty ? [word.whole] : [word.before, word.after]
        case (false, true): []
        }
    }
}

/// A stretch without white space, and the word in it.
private struct ShortenedWord {
    let whole: Range<Int>
    /// Without punctuation at both ends; empty where there is nothing else.
    let core: Range<Int>

    var before: Range<Int> { whole.lowerBound..<core.lowerBound }
    var after: Range<Int> { core.upperBound..<whole.upperBound }

    /// By what words are compared.
    func key(in bytes: [UInt8]) -> String {
        String(decoding: bytes[core], as: UTF8.self).lowercased().replacing("\u{2019}", with: "'")
    }

    static func words(of bytes: [UInt8]) -> [ShortenedWord] {
        var words: [ShortenedWord] = [], first: Int?
        for index in 0...bytes.count {
            if index < bytes.count, bytes[index] > 0x20 {
                first = first ?? index
            } else if let start = first {
                words.append(ShortenedWord(bytes, start..<index))
                first = nil
            }
        }
        return words
    }

    private init(_ bytes: [UInt8], _ whole: Range<Int>) {
        self.whole = whole
        let text = String(decoding: bytes[whole], as: UTF8.self).unicodeScalars
        // A number keeps its sign, its currency and its per cent.
        let hasDigits = text.contains { $0.properties.numericType != nil }
        let isMark = { (scalar: Unicode.Scalar) in hasDigits ? Self.aroundNumbers.contains(scalar) : scalar.properties.isPunctuation }
        let before = text.prefix(while: isMark)
        guard before.endIndex < text.endIndex else {
            core = whole.lowerBound..<whole.lowerBound
            return
        }
        let after = text.reversed().prefix(while: isMark)
        func length(_ scalars: some Sequence<Unicode.Scalar>) -> Int { scalars.reduce(0) { $0 + UTF8.width($1) } }
        core = whole.lowerBound + length(before)..<whole.upperBound - length(after)
    }

    private static let aroundNumbers = Set(".,;:!?()[]{}\"'\u{2018}\u{2019}\u{201C}\u{201D}".unicodeScalars)
}

extension Unicode.Scalar.Properties {
    fileprivate var isPunctuation: Bool {
        switch generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
            .otherPunctuation:
            true
        default: false
        }
    }
}
