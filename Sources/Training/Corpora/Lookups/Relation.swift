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

    init(
        _ name: String? = nil, of subject: LookupSubject, _ value: LookupValue, told: [String] = [], asked: [String] = [],
        heldOut: Phrasing = .none
    ) {
        self.name = name
        self.subject = subject
        self.value = value
        self.told = told
        self.asked = asked
        self.heldOut = heldOut
    }

    /// One way to tell it and one to ask for it.
    struct Wording: Hashable, Sendable {
        let statement: String
        let question: String
    }

    /// Draws a wording.
    /// - Parameter split: whether from those for training. Of a relation that is held out as a whole, all wordings are new.
    func wording(_ split: LookupSplit, _ random: inout CorpusRandom) -> Wording {
        let isWhollyNew = Relation.heldOutRelations.contains { $0.identity == identity }
        let own = split == .training || isWhollyNew ? Phrasing(statements: told, questions: asked) : heldOut
        let general = name == nil ? Phrasing.none : Phrasing.general(split)
        return Wording(
            statement: choose(own.statements, general.statements, &random), question: choose(own.questions, general.questions, &random))
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

    /// What tells relations apart.
    var identity: String { (name ?? told.first ?? "") + "\(subject)" }
}

extension Relation.Wording {
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
