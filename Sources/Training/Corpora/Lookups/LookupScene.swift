/// A question and what the text says.
struct LookupTurn: Hashable, Sendable {
    let question: String
    let answer: String
    /// Whether the answer stands before what it is said of; nil where that is not known.
    var tellsValueFirst: Bool?

    /// What is said where the text says nothing.
    static let refusal = "The text does not say."

    static func refused(_ question: String) -> LookupTurn { LookupTurn(question: question, answer: refusal) }

    var isRefusal: Bool { answer == Self.refusal }
}

/// How what a scene tells stands in a text.
enum LookupStanding: Sendable {
    /// Sentences, anywhere.
    case anywhere
    /// Sentences, in the order in which they are told.
    case inOrder
    /// Lines, all together.
    case block
}

/// A sentence or a line that a scene tells.
struct LookupTold {
    let text: String
    /// What a reader has to remember by the time that the text names what it speaks of, where the value has been told before; nil elsewhere.
    private(set) var echo: Echo?

    struct Echo {
        /// The text as far as to the end of what it speaks of.
        let beginning: Substring
        let value: String
    }

    init(_ text: String) { self.text = text }

    /// - Parameter subject: what the text speaks of, behind the value.
    init(_ text: String, value: String, before subject: String) {
        self.text = text
        echo = text.ranges(of: subject).last.map { Echo(beginning: text[..<$0.upperBound], value: value) }
    }
}

/// Something that is told bit by bit, and can be asked about at any time.
protocol LookupScene {
    var standing: LookupStanding { get }
    /// So many things must have been told before anything can be asked.
    var least: Int { get }
    /// More is not told.
    var most: Int { get }

    /// Tells one thing more: a sentence or a line.
    mutating func tell(_ random: inout CorpusRandom) -> LookupTold
    /// A question about what has been told; nil where nothing is told that can be asked about.
    func question(_ random: inout CorpusRandom) -> LookupTurn?
    /// A question like the others, about what has not been told.
    func refusal(_ random: inout CorpusRandom) -> LookupTurn?
}

/// Which wordings, and which values and names, a scene is made of.
struct LookupSource: Hashable, Sendable {
    var wordings = LookupSplit.training
    var values = LookupSplit.training
    /// How often what is learned from puts the value first.
    var valueFirstShare = LookupOptions.usualValueFirstShare

    /// Whether it is for learning from. What is learned is put together from more parts than what is tested with, which is drawn from lists, so
    /// that tests stay the same when more is learned.
    var isWide: Bool { wordings == .training && values == .training }

    func wording(of relation: Relation, _ random: inout CorpusRandom) -> Relation.Wording {
        isWide ? relation.wideWording(valueFirst: valueFirstShare, &random) : relation.wording(wordings, &random)
    }

    func leadIn(_ random: inout CorpusRandom) -> String {
        isWide && random.chance(0.6) ? PhraseGrammar.leadIn(&random) : random.pick(Phrasing.leadIns(wordings))
    }

    func questionFrame(_ random: inout CorpusRandom) -> String {
        isWide && random.chance(0.5) ? PhraseGrammar.frame(&random) : random.pick(Phrasing.questionFrames(wordings))
    }
}
