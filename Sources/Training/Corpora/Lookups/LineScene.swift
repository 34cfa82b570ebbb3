/// Keys and values on lines: a list, a register, a page of settings. With many lines and many questions this is associative recall.
struct LineScene: LookupScene {
    let standing: LookupStanding
    let least = 2
    let most = 64
    private let source: LookupSource
    private let keys: LookupValue
    private let values: LookupValue
    private let separator: String
    private let ending: String
    private var pairs: [(key: String, value: String)] = []

    private static let keyKinds: [LookupValue] = [.word, .person, .code, .thing, .room, .town, .ship, .animal, .number, .date]
    private static let valueKinds: [LookupValue] = [
        .number, .passkey, .code, .word, .person, .town, .colour, .date, .time, .price, .cargo, .job,
    ]
    private static let separators = [": ", " = ", " -> ", " - ", " | ", ", ", " has ", " is "]
    private static let questions = [
        "{k}?", "{k}", "What is the value of {k}?", "What stands beside {k}?", "What belongs to {k}?", "Which value has {k}?",
        "What goes with {k}?", "What is written for {k}?", "What is given for {k}?",
    ]
    private static let heldOutQuestions = ["What is listed for {k}?", "Look up {k}.", "What does the list say about {k}?"]

    init(_ source: LookupSource, _ random: inout CorpusRandom) {
        self.source = source
        keys = random.pick(Self.keyKinds)
        values = random.pick(Self.valueKinds)
        standing = random.chance(0.7) ? .block : .anywhere
        separator = random.pick(Self.separators)
        // What stands in the midst of a text must be parted from it.
        ending = standing == .anywhere ? "." : random.pick(["", "", ".", ";"])
    }

    mutating func tell(_ random: inout CorpusRandom) -> LookupTold {
        let key = newKey(&random)
        var value = values.draw(source.values, &random)
        while value == key { value = values.draw(source.values, &random) }
        pairs.append((key, value))
        return LookupTold("\(standing == .anywhere ? key.capitalisedFirst : key)\(separator)\(value)\(ending)")
    }

    func question(_ random: inout CorpusRandom) -> LookupTurn? {
        let pair = random.pick(pairs)
        return LookupTurn(question: asked(pair.key, &random), answer: pair.value)
    }

    func refusal(_ random: inout CorpusRandom) -> LookupTurn? { .refused(asked(newKey(&random), &random)) }

    private func newKey(_ random: inout CorpusRandom) -> String {
        while true {
            let key = keys.draw(source.values, &random)
            if !pairs.contains(where: { $0.key == key || $0.value == key }) { return key }
        }
    }

    private func asked(_ key: String, _ random: inout CorpusRandom) -> String {
        let question = random.pick(source.wordings == .training ? Self.questions : Self.heldOutQuestions).replacing("{k}", with: key)
        return standing == .anywhere ? question.capitalisedFirst : question
    }
}
