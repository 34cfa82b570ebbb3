import Diagnostics

/// Trains byte-level byte-pair encoding: counts the words of texts, and joins the most frequent neighbours until there are as many pieces
/// as were asked for.
///
///     var trainer = try BPETrainer(BPETrainer.Options(size: 4096))
///     trainer.add(text)
///     try trainer.train().write(to: "tokenizer.gguf")
///
/// The same texts give the same pieces on every machine: of equally frequent pairs the one of the smaller pieces is joined first.
package struct BPETrainer {
    /// A token that stands for no text.
    package struct Special: Hashable, Sendable {
        package let name: String
        package let roles: [Vocabulary.Role]

        package init(_ name: String, _ roles: Vocabulary.Role...) {
            self.name = name
            self.roles = roles
        }
    }

    /// How the space before a word is joined to it.
    package enum SpaceJoining: String, CaseIterable, Sendable {
        /// Last of all, to a piece that is otherwise made: a word is cut at the same places with a space before it and without.
        case last
        /// Like any other byte.
        case anyTime = "any-time"
    }

    package struct Options: Sendable {
        /// Pieces in all, special tokens and the 256 bytes included.
        package var size: Int
        /// The name of the rule that cuts text into words. This one sets every digit apart.
        package var preTokenizer = "smollm"
        package var spaces = SpaceJoining.last
        package var specials = [
            Special(QuestionFrame.beginning, .beginning), Special(QuestionFrame.end, .end, .endOfTurn), Special(QuestionFrame.ask),
            Special(QuestionFrame.answer),
        ]
        package var chatTemplate: String? = QuestionFrame.chatTemplate
        /// How often a pair must occur to be joined.
        package var leastCount = 2
        /// Different words that are counted at once.
        package var mostWords = 1 << 22

        package init(size: Int) { self.size = size }
    }

    package let options: Options
    /// Bytes of text added so far.
    package private(set) var byteCount = 0
    private let preTokenizer: PreTokenizer
    private var counts: WordCounts

    /// - Throws: `TokenizerTrainingError` for a size that is too small or too large and special tokens of the same name; `TokenizerError`
    ///   for a rule that is not known.
    package init(_ options: Options) throws {
        let least = 256 + options.specials.count
        guard (least...Vocabulary.mostPieces).contains(options.size) else {
            throw TokenizerTrainingError.size(options.size, least: least, most: Vocabulary.mostPieces)
        }
        let names = options.specials.map(\.name)
        for (number, name) in names.enumerated() where name.isEmpty || names[..<number].contains(name) {
            throw TokenizerTrainingError.special(name)
        }
        self.options = options
        preTokenizer = try PreTokenizer.named(options.preTokenizer, source: "the new tokenizer")
        counts = WordCounts(most: options.mostWords)
    }

    /// Counts the words of one text.
    package mutating func add(_ text: [UInt8]) {
        byteCount += text.count
        var words: [Range<Int>] = []
        preTokenizer.forEachWord(in: ClassifiedText(text, text.indices)) { words.append($0) }
        for word in words { counts.add(text, word) }
    }

    /// Learns the merges. Texts that repeat themselves little give fewer pieces than were asked for.
    /// - Throws: `TokenizerTrainingError.nothingToLearn` without text; `Interrupted`.
    package func train(progress: ProgressHandler? = nil, cancellation: Cancellation = Cancellation()) throws -> Vocabulary {
        guard counts.count > 0 else { throw TokenizerTrainingError.nothingToLearn }
        var pieces = TrainedPieces(specials: options.specials.map(\.name))
        var learner = MergeLearner(words(pieces))
        while pieces.count < options.size, let best = learner.mostFrequentPair(atLeast: options.leastCount) {
            try cancellation.check("training the tokenizer")
            if isSpaceWorthMore(than: best.count, pieces, learner) { break }
            learner.join(best.pair, to: pieces.join(best.pair))
            progress?(Progress("Training the tokenizer", completed: pieces.count, total: options.size, unit: "pieces"))
        }
        if options.spaces == .last { joinSpaces(to: &pieces, learner) }
        return pieces.vocabulary(options)
    }

    private func words(_ pieces: TrainedPieces) -> [MergeLearner.Word] {
        (0..<counts.count).map { number in
            let (word, count) = counts[number]
            let setsSpaceApart = options.spaces == .last && word.beginsWithSpaceAndText
            let bytes = setsSpaceApart ? word.dropFirst() : word
            return MergeLearner.Word(pieces: bytes.map { pieces.piece(of: $0) }, count: count, followsSpace: setsSpaceApart)
        }
    }

    /// How many merges are made between two looks at the spaces.
    private static let mergesBetweenLooks = 32

    /// Whether the places that are left save more tokens if they go to pieces with a space before them.
    private func isSpaceWorthMore(than count: Int, _ pieces: TrainedPieces, _ learner: MergeLearner) -> Bool {
        guard options.spaces == .last, pieces.count % Self.mergesBetweenLooks == 0 else { return false }
        let ranking = learner.piecesAfterSpaces, places = options.size - pieces.count
        return places <= ranking.count && ranking[places - 1].count > count
    }

    private func joinSpaces(to pieces: inout TrainedPieces, _ learner: MergeLearner) {
        let space = pieces.piece(of: UInt8(ascii: " "))
        for (piece, count) in learner.piecesAfterSpaces.prefix(options.size - pieces.count) where count >= options.leastCount {
            _ = pieces.join(PiecePair(left: space, right: piece))
        }
    }
}

extension ArraySlice<UInt8> {
    /// Whether it is a space and then something that is no white space.
    fileprivate var beginsWithSpaceAndText: Bool {
        guard count > 1, first == UInt8(ascii: " ") else { return false }
        return ![0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20].contains(self[startIndex + 1])
    }
}
