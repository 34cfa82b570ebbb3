/// One key that is to be remembered, among sentences with other numbers.
struct PasskeyScene: LookupScene {
    let standing = LookupStanding.anywhere
    let least = 1
    let most: Int
    private let source: LookupSource
    private let name: String
    private let key: String
    private let lacksKey: Bool
    private var distractors: FactScene
    private var count = 0

    private static let names = ["pass key", "passkey", "secret number", "magic number", "access code", "special number", "secret code"]
    private static let statements = [
        "The {n} is {v}. Remember it. {v} is the {n}.", "The {n} is {v}.", "Remember that the {n} is {v}.",
        "Remember this: {v} is the {n}.",
        "Here is the {n}: {v}.", "The {n} is {v}. Do not lose it.", "One of the {n}s was long ago forgotten, but the {n} today is {v}.",
        "There is important information hidden here. The {n} is {v}.", "You will need the {n} later: it is {v}.",
    ]
    private static let questions = [
        "What is the {n}?", "What was the {n}?", "Tell me the {n}.", "Which is the {n}?", "What is the {n} in the text?", "Give the {n}.",
        "What {n} is mentioned in the text?", "The {n}?",
    ]
    private static let heldOutStatements = ["Keep the {n} safe; it is {v}.", "For later use: {n} {v}.", "By the way, {v} will be the {n}."]
    private static let heldOutQuestions = ["Do you still have the {n}?", "What did they give as the {n}?", "Could you repeat the {n}?"]

    /// - Parameter lacksKey: whether the text does not say what the key is.
    init(_ source: LookupSource, lacksKey: Bool, distractors: Int, _ random: inout CorpusRandom) {
        self.source = source
        name = random.pick(Self.names)
        key = LookupValue.passkey.draw(source.values, &random)
        most = distractors + 1
        self.lacksKey = lacksKey
        self.distractors = FactScene(source)
    }

    mutating func tell(_ random: inout CorpusRandom) -> LookupTold {
        defer { count += 1 }
        // The key is told first, so that it is told whatever the room; where it stands is drawn later.
        guard count == 0, !lacksKey else { return distractors.tell(&random) }
        let statements = source.wordings == .training ? Self.statements : Self.heldOutStatements
        return LookupTold(filled(random.pick(statements)))
    }

    func question(_ random: inout CorpusRandom) -> LookupTurn? {
        !lacksKey && count > 0 ? LookupTurn(question: asked(&random), answer: key) : nil
    }

    func refusal(_ random: inout CorpusRandom) -> LookupTurn? {
        lacksKey ? .refused(asked(&random)) : nil
    }

    private func asked(_ random: inout CorpusRandom) -> String {
        filled(random.pick(source.wordings == .training ? Self.questions : Self.heldOutQuestions))
    }

    private func filled(_ text: String) -> String {
        text.replacing("{n}", with: name).replacing("{v}", with: key)
    }
}
