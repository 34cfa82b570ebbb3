import Training

/// RULER's eight tasks of needles: words, numbers or identifiers that belong to keys, among sentences that say nothing, in a text, or among
/// nothing but others of their kind. (Hsieh et al., RULER: What's the Real Context Size of Your Long-Context Language Models?, 2024.)
struct RULERNeedles: Benchmark {
    /// What keys and values are, and what sentences call them.
    enum Kind: String {
        case words, numbers, uuids

        var list: WordList { WordList(self == .words ? .compounds : self == .numbers ? .numbers : .identifiers) }
    }

    enum Hay {
        case noise, text, needles
    }

    let name: String
    let hay: Hay
    var keyKind = Kind.words
    var valueKind = Kind.numbers
    /// Keys in the text, values of each, and how many keys are asked for at once.
    var keys = 1
    var values = 1
    var queries = 1

    let metric = Metric.stringMatchAll
    let replyTokens = 128
    var place: TaskPlace { keys * values == 1 && hay != .needles ? .lookup : .discrimination }

    static let tasks: [any Benchmark] = [
        RULERNeedles(name: "niah_single_1", hay: .noise), RULERNeedles(name: "niah_single_2", hay: .text),
        RULERNeedles(name: "niah_single_3", hay: .text, valueKind: .uuids), RULERNeedles(name: "niah_multikey_1", hay: .text, keys: 4),
        RULERNeedles(name: "niah_multikey_2", hay: .needles),
        RULERNeedles(name: "niah_multikey_3", hay: .needles, keyKind: .uuids, valueKind: .uuids),
        RULERNeedles(name: "niah_multivalue", hay: .text, values: 4),
        RULERNeedles(name: "niah_multiquery", hay: .text, keys: 4, queries: 4),
    ]

    /// Evenly spaced depths that needles in a text are put at.
    private static let depths = 40

    func text(_ number: Int, length: Int, in workshop: Workshop) throws -> EvaluationText {
        var random = workshop.random(for: self, length: length, number: number)
        var keyList = keyKind.list, valueList = valueKind.list
        let needles = (0..<keys).map { _ in Needle(keyList.draw(&random), (0..<values).map { _ in valueList.draw(&random) }) }
        let asked = Array(needles.indices.shuffled(&random).prefix(queries))
        let question = question(about: asked.map { needles[$0].key })
        var lines = needles.indices.flatMap { key in needles[key].values.map { (key: key, text: line(needles[key].key, $0)) } }
        random.shuffle(&lines)

        let instruction = workshop.encode(instruction)
        let items = lines.map { workshop.encode(hay == .text ? " " + $0.text : $0.text + "\n") }
        let least = instruction.count + items.reduce(0) { $0 + $1.count } * 2
        let room = try workshop.room(length: length, questions: [question.text], answerOpening: question.answer, least: least, of: self)
        let (tokens, spans, others) =
            switch hay {
            case .text: inText(items, instruction, room: room, workshop, &random)
            case .noise: try inNoise(items, instruction, room: room, length: length, workshop, &random)
            case .needles: inNeedles(items, instruction, room: room, workshop, &keyList, &valueList, &random)
            }
        let found = lines.indices.filter { asked.contains(lines[$0].key) }.map { spans[$0] }
        let isOne = found.count == 1
        return EvaluationText(
            tokens: tokens,
            questions: [
                EvaluationQuestion(
                    question: question.text, answerOpening: question.answer, references: asked.flatMap { needles[$0].values },
                    depth: isOne ? Double(found[0].lowerBound) / Double(tokens.count) : nil,
                    evidence: workshop.evidence(
                        found, of: tokens, question: question.text, distractors: spans.count - found.count + others))
            ])
    }
}

// MARK: - Wording

extension RULERNeedles {
    private struct Needle {
        let key: String
        let values: [String]

        init(_ key: String, _ values: [String]) { (self.key, self.values) = (key, values) }
    }

    private func line(_ key: String, _ value: String) -> String { "One of the special magic \(valueKind) for \(key) is: \(value)." }

    private var asksForOne: Bool { queries * values == 1 }
    private var thing: String { asksForOne ? String(valueKind.rawValue.dropLast()) : valueKind.rawValue }

    private var instruction: String {
        "\(asksForOne ? "A" : "Some") special magic \(thing) \(asksForOne ? "is" : "are") hidden within the following text. "
            + "Make sure to memorize it. I will quiz you about the \(thing) afterwards.\n"
    }

    private func question(about keys: [String]) -> (text: String, answer: String) {
        let named = keys.count > 1 ? keys.dropLast().joined(separator: ", ") + ", and " + keys[keys.count - 1] : keys.joined()
        let about = "special magic \(thing) for \(named) mentioned in the provided text"
        return asksForOne ? ("What is the \(about)?", " The \(about) is") : ("What are all the \(about)?", " The \(about) are")
    }
}

// MARK: - Hay

extension RULERNeedles {
    /// A text, where in it each needle stands, and how many others like them there are.
    private typealias Filled = (tokens: [Int32], spans: [Range<Int>], others: Int)

    /// Among the haystack's sentences, which fill the room to the token.
    private func inText(
        _ items: [[Int32]], _ instruction: [Int32], room: Int, _ workshop: Workshop, _ random: inout CorpusRandom
    ) -> Filled {
        let steps = Array(0..<Self.depths).shuffled(&random).prefix(items.count)
        let depths = steps.map { Double($0) / Double(Self.depths - 1) }
        let hay = workshop.haystack.text(of: room - instruction.count, hiding: Array(zip(items, depths)))
        return (instruction + hay.tokens, hay.spans.map { $0.shifted(by: instruction.count) }, 0)
    }

    /// Among lines that are all the same.
    private func inNoise(
        _ items: [[Int32]], _ instruction: [Int32], room: Int, length: Int, _ workshop: Workshop, _ random: inout CorpusRandom
    ) throws -> Filled {
        let noise = workshop.encode(NoiseLines.line)
        let count = (room - instruction.count - items.reduce(0) { $0 + $1.count }) / noise.count
        guard count >= items.count else {
            throw EvaluationError.tooShort(name, length: length, needed: length + (items.count - count) * noise.count)
        }
        let text = workshop.lines(Array(repeating: noise, count: count), hiding: items, behind: instruction, room: room, &random)
        return (text.tokens, text.spans, 0)
    }

    /// Among lines like them, with other keys.
    private func inNeedles(
        _ items: [[Int32]], _ instruction: [Int32], room: Int, _ workshop: Workshop, _ keyList: inout WordList,
        _ valueList: inout WordList, _ random: inout CorpusRandom
    ) -> Filled {
        let hay = workshop.lines(room: room - instruction.count - items.reduce(0) { $0 + $1.count }) {
            line(keyList.draw(&random), valueList.draw(&random)) + "\n"
        }
        let text = workshop.lines(hay, hiding: items, behind: instruction, room: room, &random)
        return (text.tokens, text.spans, hay.count)
    }
}
