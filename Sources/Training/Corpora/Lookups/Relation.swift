/// Something that can be said of things of one kind: what it is called, how it is told and how it is asked for.
struct Relation: Sendable {
    /// What it is called before what it is said of ("password for"); nil: general phrasings do not fit.
    let name: String?
    let subject: LookupSubject
    let value: LookupValue
    /// Its own phrasings, for training.
    let told: [String]
    let asked: [String]
    /// Phrasings that no training shows.
    let heldOut: Phrasing
    let origin: Origin

    /// Where a relation comes from.
    enum Origin: Sendable {
        /// One of the lists.
        case listed
        /// Made up, told and asked for in the same words.
        case invented
        /// Made up, asked for in other words than it is told in.
        case reworded
        /// Told as one of the lists is, asked for in words that are made up.
        case renamed
    }

    /// How often a way to tell that puts the value first is drawn in vain.
    private static let valueFirstTries = 12
    private static let embeddedShare = 0.12

    init(
        _ name: String? = nil, of subject: LookupSubject, _ value: LookupValue, told: [String] = [], asked: [String] = [],
        heldOut: Phrasing = .none, origin: Origin = .listed
    ) {
        self.name = name
        self.subject = subject
        self.value = value
        self.told = told
        self.asked = asked
        self.heldOut = heldOut
        self.origin = origin
    }

    /// One way to tell it and one to ask for it.
    struct Wording: Hashable, Sendable {
        let statement: String
        let question: String
    }

    /// Draws a wording.
    /// - Parameter split: whether from those for training. Of a relation that is held out as a whole, all wordings are new.
    func wording(_ split: LookupSplit, _ random: inout CorpusRandom) -> Wording {
        let isWhollyNew = split == .heldOut && Relation.heldOutRelations.contains { $0.identity == identity }
        let own = split == .training || isWhollyNew ? Phrasing(statements: told, questions: asked) : heldOut
        let general = name == nil ? Phrasing.none : Phrasing.general(split)
        return Wording(
            statement: choose(own.statements, general.statements, &random), question: choose(own.questions, general.questions, &random))
    }

    /// Draws a wording for learning, from the lists or put together, and sometimes in the midst of a longer sentence.
    /// - Parameter share: how often one that puts the value first is looked for.
    func wideWording(valueFirst share: Double, _ random: inout CorpusRandom) -> Wording {
        let wording = orderedWideWording(valueFirst: share, &random)
        guard random.chance(Self.embeddedShare) else { return wording }
        return Wording(statement: PhraseGrammar.embedded(wording.statement, &random), question: wording.question)
    }

    private func orderedWideWording(valueFirst share: Double, _ random: inout CorpusRandom) -> Wording {
        let wording = anyWideWording(&random)
        guard random.chance(share) else { return wording }
        for _ in 0..<Self.valueFirstTries {
            let other = anyWideWording(&random)
            if other.tellsValueFirst { return other }
        }
        return wording
    }

    private func anyWideWording(_ random: inout CorpusRandom) -> Wording {
        if origin == .renamed {
            let question = asked.isEmpty ? PhraseGrammar(relation: name ?? "").question(&random) : random.pick(asked)
            return Wording(statement: random.pick(told), question: question)
        }
        if name == nil || (origin != .reworded && random.chance(0.4)) { return wording(.training, &random) }
        let grammar = PhraseGrammar(relation: name ?? "")
        // What is reworded should not be told and asked for in the same words, or seldom.
        let tellsByName = told.isEmpty || random.chance(origin == .reworded ? 0.1 : 0.5)
        let asksByName = asked.isEmpty || random.chance(0.5)
        return Wording(
            statement: tellsByName ? grammar.statement(&random) : random.pick(told),
            question: asksByName ? grammar.question(&random) : random.pick(asked))
    }

    /// Own phrasings are as likely as all general ones together.
    private func choose(_ own: [String], _ general: [String], _ random: inout CorpusRandom) -> String {
        let takesOwn = !own.isEmpty && (general.isEmpty || random.chance(0.5))
        return random.pick(takesOwn ? own : general).filled(subject: "{s}", value: "{v}", relation: name ?? "")
    }

    /// Those that have wordings of this kind. Without training's wordings, half of the draws should be of relations that are wholly new.
    static func pool(_ split: LookupSplit) -> (known: [Relation], new: [Relation]) {
        switch split {
        case .training: (trained, [])
        case .heldOut: (trained.filter { $0.name != nil || !$0.heldOut.statements.isEmpty }, heldOutRelations)
        }
    }

    /// Whether a question about one could be meant for the other, so that both must not be told of the same thing.
    func isMistakable(for other: Relation) -> Bool {
        !Set(asked + heldOut.questions).isDisjoint(with: other.asked + other.heldOut.questions)
    }

    /// Whether nobody could know which of the relations that are told of one thing a question is about: words of lists are known, but those
    /// that are made up may mean anything, unless they are the same.
    func canBeMeant(for told: [Relation]) -> Bool {
        // What is asked for in unknown words, but told in known ones, must be all that is told of a thing.
        if !told.isEmpty, ([self] + told).contains(where: { $0.origin == .renamed }) { return true }
        let madeUp = ([self] + told).filter { $0.origin != .listed }
        return madeUp.count > 1 && madeUp.contains { $0.origin == .reworded }
    }

    /// Whether a question about it could be meant for one of those that are told, if it is not told itself: made-up words for made-up words,
    /// except where all of them are nouns, which are what they are.
    func canBeTaken(for told: [Relation]) -> Bool {
        let madeUp = ([self] + told).filter { $0.origin != .listed }
        return origin != .listed && madeUp.count > 1 && madeUp.contains { !$0.told.isEmpty || !$0.asked.isEmpty }
    }

    /// What tells relations apart.
    var identity: String { (name ?? told.first ?? "") + "\(subject)" }
}

extension Relation.Wording {
    /// Whether what is said stands before what it is said of.
    var tellsValueFirst: Bool {
        guard let value = statement.range(of: "{v}"), let subject = statement.range(of: "{s}") else { return false }
        return value.lowerBound < subject.lowerBound
    }

    /// The fact as a sentence.
    func sentence(subject: String, value: String, leadIn: String?) -> String {
        let told = statement.filled(subject: subject, value: value)
        return (leadIn.map { $0 + " " + told } ?? told).capitalisedFirst + "."
    }

    func question(subject: String, frame: String) -> String {
        let asked = question.filled(subject: subject)
        // Behind a colon or a full stop of the frame a sentence of its own may begin, but need not.
        return (frame == "{q}" ? asked : frame.replacing("{q}", with: asked)).capitalisedFirst
    }
}
