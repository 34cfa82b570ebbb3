/// WordPiece: a word is the longest piece that it begins with, then the longest that the rest begins with, and so on; a word
/// that cannot be put together so is unknown as a whole.
///
/// Schuster and Nakajima, "Japanese and Korean Voice Search" (2012). Pieces that go on from others are kept apart from those
/// that begin a word.
struct WordPieces: Sendable {
    private let beginnings: PieceTrie
    private let continuations: PieceTrie
    private let unknown: Int32?
    /// Characters in the longest word that is not unknown as a whole.
    private let longestWord: Int

    /// BERT's limit.
    static let usualLongestWord = 100

    /// - Parameters:
    ///   - beginnings: by number, the piece as it begins a word; empty for others.
    ///   - continuations: by number, the piece as it goes on in a word; empty for others.
    init(beginnings: PieceList, continuations: PieceList, unknown: Int32?, longestWord: Int = usualLongestWord) {
        self.beginnings = PieceTrie(beginnings) { _ in true }
        self.continuations = PieceTrie(continuations) { _ in true }
        self.unknown = unknown
        self.longestWord = longestWord
    }

    /// Reads pieces where those that go on begin with a mark, such as `##`.
    init(_ pieces: PieceList, continuingPrefix: String, unknown: Int32?, longestWord: Int = usualLongestWord) {
        var continuations = PieceList()
        for number in 0..<pieces.count {
            let isContinuation = pieces[number].starts(with: continuingPrefix.utf8)
            continuations.append(isContinuation ? pieces[number].dropFirst(continuingPrefix.utf8.count) : [])
        }
        self.init(beginnings: pieces, continuations: continuations, unknown: unknown, longestWord: longestWord)
    }

    /// Appends the tokens of one word, in O(bytes of the word times those of the longest piece).
    func encode(_ text: [UInt8], _ word: Range<Int>, into output: inout TokenizedText) {
        guard !word.isEmpty else { return }
        let tokenStart = output.ids.count
        var index = hasFewCharacters(text, word) ? word.lowerBound : nil
        while let start = index, start < word.upperBound {
            let found =
                start == word.lowerBound
                ? beginnings.longestPiece(in: text, from: start, limit: word.upperBound)
                : continuations.longestPiece(in: text, from: start, limit: word.upperBound)
            if let found { output.append(found.piece, end: found.end) }
            index = found?.end
        }
        guard index == nil else { return }
        output.truncate(to: tokenStart)
        if let unknown { output.append(unknown, end: word.upperBound) }
    }

    private func hasFewCharacters(_ text: [UInt8], _ word: Range<Int>) -> Bool {
        guard word.count > longestWord else { return true }
        var count = 0
        var index = word.lowerBound
        while index < word.upperBound {
            index += UTF8Unit(text, at: index, limit: word.upperBound).length
            count += 1
            if count > longestWord { return false }
        }
        return true
    }
}
