/// A text with questions and answers as a model is to read it, of exactly as many tokens as were asked for.
package struct LookupSequence: Sendable {
    package struct Answer: Hashable, Sendable {
        /// Where it stands among the tokens, the one that ends it included.
        package let range: Range<Int>
        package let question: String
        package let text: String
        package let isRefusal: Bool
        /// What answers it; nil where nothing does.
        package let form: LookupForm?
    }

    package let kind: LookupKind
    /// One more than there are inputs.
    package let tokens: [Int32]
    /// Of each token but the first, how much its loss counts.
    package let weights: [Float]
    /// Inputs whose target is not the next token, but the one by which a value begins that has been told before.
    package var echoes: [Int: Int32] = [:]
    package let answers: [Answer]
    /// Where the text that is asked about stands among the tokens.
    package let text: Range<Int>

    /// The tokens up to where an answer begins, and the answer's own: what a model is given, and what it has to say.
    package func prompt(of answer: Answer) -> ArraySlice<Int32> { tokens[..<answer.range.lowerBound] }
    package func reply(_ answer: Answer) -> ArraySlice<Int32> { tokens[answer.range] }
}

/// What a generated sequence is about.
package enum LookupKind: String, CaseIterable, Codable, Sendable {
    /// One key among much else.
    case passkey
    /// Facts in sentences.
    case fact
    /// Keys and values on lines; with many of them, associative recall.
    case lines
    /// Who has what and is where.
    case story
    /// Spans of text that come again, to be gone on with as before. No questions.
    case copying
}

/// What an answer stands in.
package enum LookupForm: String, CaseIterable, Sendable {
    case passkey, line, story
    /// A sentence that tells what something is said of, and then what is said.
    case valueBehind = "value-behind"
    /// A sentence that tells what is said first: where the question's words are found again it has passed already.
    case valueFirst = "value-first"

    init?(_ kind: LookupKind, _ turn: LookupTurn) {
        guard !turn.isRefusal else { return nil }
        switch kind {
        case .passkey: self = .passkey
        case .lines: self = .line
        case .story: self = .story
        case .fact: self = turn.tellsValueFirst == true ? .valueFirst : .valueBehind
        case .copying: return nil
        }
    }
}

/// What generated sequences are like.
package struct LookupOptions: Hashable, Sendable {
    /// Inputs of a sequence.
    package var length: Int
    /// How often each kind is drawn; those that are missing are not.
    package var kinds: [LookupKind: Double] = [.passkey: 1, .fact: 4, .lines: 2, .story: 1]
    /// How much of a sequence is text that says nothing of what is asked, drawn evenly.
    package var fillerShare = 0.5...0.95
    /// Questions in a sequence, as far as there is room.
    package var questions = 1...3
    /// The share of questions whose answer is that the text does not say.
    package var refusalShare = 0.2
    /// Where the wordings come from, and where the values and names.
    package var wordings = LookupSplit.training
    package var values = LookupSplit.training
    /// How much the loss of tokens counts that are no answers.
    package var textWeight: Float = 0
    /// How often what is told is put into the first fifth of the text on purpose, from where it is hardest to find again.
    package var earlyShare = 0.0
    /// How often a way to tell a fact is looked for that puts the value before what it is said of, which is harder to read and rarer in the
    /// lists. It is for learning alone.
    package var valueFirstShare = usualValueFirstShare
    /// How much it counts that a value that has been told before what it is said of is said again there, and at the end of the sentence:
    /// what a reader has to bring together before a question can find it. 0: it is not asked for.
    package var echoWeight: Float = 0
    package var offsets = PositionOffsets()

    package init(length: Int) { self.length = length }

    /// Many facts and as many questions, with little between them.
    package static func dense(length: Int) -> LookupOptions {
        var options = LookupOptions(length: length)
        options.kinds = [.fact: 3, .lines: 4, .story: 1, .copying: 2]
        options.fillerShare = 0...0.25
        options.questions = 4...64
        return options
    }

    static let usualValueFirstShare = 0.5
    /// The shortest sequence that everything fits into.
    static let leastLength = 96
    /// Kinds in their order, whatever order a dictionary has, with their weights.
    var kindWeights: [Double] { LookupKind.allCases.map { kinds[$0] ?? 0 } }

    /// - Throws: `CorpusError.notASetting` for what no sequence can be made from.
    func validate() throws(CorpusError) {
        guard length >= Self.leastLength else {
            throw .notASetting(name: "the length of generated sequences", value: "\(length)", allowed: "at least \(Self.leastLength)")
        }
        guard kindWeights.allSatisfy({ $0 >= 0 && $0.isFinite }), kindWeights.contains(where: { $0 > 0 }) else {
            throw .notASetting(name: "the weights of the kinds", value: "\(kindWeights)", allowed: "at least 0, and not all 0")
        }
        guard fillerShare.lowerBound >= 0, fillerShare.upperBound <= 1, questions.lowerBound >= 1, (0...1).contains(refusalShare),
            (0...1).contains(earlyShare), (0...1).contains(valueFirstShare), (0...1).contains(echoWeight)
        else {
            throw .notASetting(
                name: "a share of generated sequences",
                value: "\(fillerShare), \(refusalShare), \(earlyShare), \(valueFirstShare), \(echoWeight), \(questions) questions",
                allowed: "from 0 to 1, with at least 1 question")
        }
    }
}
