import Foundation
import Tokenizers

/// Writes sequences that need looking up: facts, text between them, questions at the end.
///
/// The questions are framed as `apus ask` frames them (`QuestionFrame`), and the text is encoded as it would be as a whole.
package struct LookupWriter: Sendable {
    package let options: LookupOptions
    let tokenizer: Tokenizer
    let frame: LookupFrame
    let filler: Filler

    /// Stretches of filler shorter than this stand at the beginning, whole.
    private static let leastDivided = 24
    private static let attempts = 60
    /// What is told early stands in the first of so many parts.
    private static let earlyPart = 5

    /// - Throws: `CorpusError` for options or a tokenizer that no sequences can be made with.
    package init(_ options: LookupOptions, tokenizer: Tokenizer, filler: Filler) throws(CorpusError) {
        try options.validate()
        self.options = options
        self.tokenizer = tokenizer
        self.filler = filler
        frame = try LookupFrame(tokenizer)
    }

    /// A new sequence.
    /// - Throws: `CorpusError.tooLittle` where the filler has no stretch that fits.
    package func sequence(_ random: inout CorpusRandom) throws(CorpusError) -> LookupSequence {
        let kind = LookupKind.allCases[random.place(weights: options.kindWeights)]
        if kind == .copying { return try copying(&random) }
        var budget = Double(options.length) * (1 - random.unit(in: options.fillerShare))
        for _ in 0..<Self.attempts {
            var scene = scene(kind, &random)
            if let draft = draft(&scene, budget: Int(budget), &random) { return try sequence(kind, draft, scene.standing, &random) }
            // What was told left no room for a question.
            budget *= 0.7
        }
        throw .tooLittle(stream: "length of sequences", found: options.length, needed: 2 * options.length)
    }

    private func scene(_ kind: LookupKind, _ random: inout CorpusRandom) -> any LookupScene {
        let source = LookupSource(wordings: options.wordings, values: options.values, valueFirstShare: options.valueFirstShare)
        return switch kind {
        case .passkey:
            PasskeyScene(source, lacksKey: random.chance(options.refusalShare), distractors: random.below(5), &random)
        case .fact, .copying: FactScene(source)
        case .lines: LineScene(source, &random)
        case .story: StoryScene(source, &random)
        }
    }

    // MARK: - What is told and asked

    /// What is told, as tokens with the white space before them, and what is asked.
    private struct Draft {
        var items: [Item] = []
        var turns: [LookupTurn] = []
        var turnTokens: [(tokens: [Int32], answer: Range<Int>)] = []
        var count: Int { items.reduce(0) { $0 + $1.tokens.count } + turnTokens.reduce(0) { $0 + $1.tokens.count } }
    }

    /// Something told, with the white space before it.
    private struct Item {
        var tokens: [Int32]
        /// Where among them it has to be remembered what was told before, and the token with which that begins.
        var echoes: [(place: Int, token: Int32)] = []

        mutating func append(_ other: Item) {
            echoes += other.echoes.map { ($0.place + tokens.count, $0.token) }
            tokens += other.tokens
        }
    }

    /// Tells and asks as much as fits.
    /// - Returns: nil where no question fits.
    private func draft(_ scene: inout any LookupScene, budget: Int, _ random: inout CorpusRandom) -> Draft? {
        var draft = Draft()
        let wanted = random.within(options.questions)
        let isDense = options.questions.upperBound > 4
        // Questions take about as much room as facts.
        let told = isDense ? max(budget / 3, budget - wanted * 16) : budget
        while draft.items.count < scene.least || (draft.items.count < scene.most && draft.count < told) {
            draft.items.append(encoded(scene.tell(&random), scene.standing, isFirst: draft.items.isEmpty, &random))
        }
        let room = options.length - frame.opening.count
        var asked: Set<String> = []
        for _ in 0..<wanted * 2 where draft.turns.count < wanted {
            guard let turn = turn(scene, &random) else { continue }
            // In dense sequences some things are asked twice.
            guard asked.insert(turn.question).inserted || (isDense && random.chance(0.2)) else { continue }
            let tokens = frame.tokens(of: turn, isFirst: draft.turns.isEmpty, tokenizer)
            guard draft.count + tokens.tokens.count <= room else { break }
            draft.turns.append(turn)
            draft.turnTokens.append(tokens)
        }
        return draft.turns.isEmpty ? nil : draft
    }

    private func turn(_ scene: any LookupScene, _ random: inout CorpusRandom) -> LookupTurn? {
        if random.chance(options.refusalShare), let refusal = scene.refusal(&random) { return refusal }
        return scene.question(&random) ?? (options.refusalShare > 0 ? scene.refusal(&random) : nil)
    }

    private func encoded(_ told: LookupTold, _ standing: LookupStanding, isFirst: Bool, _ random: inout CorpusRandom) -> Item {
        let space =
            switch standing {
            case .block: isFirst ? "\n\n" : "\n"
            case .anywhere, .inOrder: random.chance(0.8) ? " " : "\n\n"
            }
        var item = Item(tokens: tokenizer.encode(space + told.text))
        // Some tokenizers part a number from the space before it.
        if options.echoWeight > 0, let echo = told.echo,
            let first = tokenizer.encode(" " + echo.value).first(where: { tokenizer.decode([$0]).contains { $0 > UInt8(ascii: " ") } })
        {
            let subject = tokenizer.encode(space + echo.beginning).count
            item.echoes = Set([subject, item.tokens.count]).sorted().map { ($0 - 1, first) }
        }
        return item
    }

    // MARK: - The whole

    private func sequence(
        _ kind: LookupKind, _ draft: Draft, _ standing: LookupStanding, _ random: inout CorpusRandom
    ) throws(CorpusError) -> LookupSequence {
        let room = options.length + 1 - frame.opening.count - draft.count
        // Files end with a line feed as a rule.
        let ending = room > Self.leastDivided && random.chance(0.5) ? tokenizer.encode("\n") : []
        let stretch = try filler.stretch(of: room - ending.count, &random)
        var tokens = frame.opening
        let told = text(stretch, draft.items, standing, &random)
        let echoes = Dictionary(uniqueKeysWithValues: told.echoes.map { ($0.place + tokens.count, $0.token) })
        tokens += told.tokens + ending
        let text = frame.opening.count..<tokens.count
        var weights = [Float](repeating: options.textWeight, count: tokens.count)
        var answers: [LookupSequence.Answer] = []
        for (turn, (turnTokens, answer)) in zip(draft.turns, draft.turnTokens) {
            let range = tokens.count + answer.lowerBound..<tokens.count + answer.upperBound
            answers.append(
                .init(
                    range: range, question: turn.question, text: turn.answer, isRefusal: turn.isRefusal, form: LookupForm(kind, turn)))
            tokens += turnTokens
            weights += turnTokens.indices.map { answer.contains($0) ? 1 : options.textWeight }
        }
        for place in echoes.keys { weights[place + 1] = options.echoWeight }
        return LookupSequence(
            kind: kind, tokens: tokens, weights: Array(weights.dropFirst()), echoes: echoes, answers: answers, text: text)
    }

    /// The filler with what is told put in.
    private func text(_ stretch: Filler.Stretch, _ items: [Item], _ standing: LookupStanding, _ random: inout CorpusRandom) -> Item {
        let count = stretch.tokens.count
        guard count >= Self.leastDivided else {
            var items = items
            if standing == .anywhere { random.shuffle(&items) }
            return items.reduce(into: Item(tokens: stretch.tokens)) { $0.append($1) }
        }
        var places: [Int]
        switch standing {
        case .block: places = Array(repeating: place(among: stretch.paragraphEnds, count, &random), count: items.count)
        case .anywhere, .inOrder: places = items.map { _ in place(among: stretch.sentenceEnds, count, &random) }
        }
        if standing == .inOrder { places.sort() }
        let order = items.indices.sorted { (places[$0], $0) < (places[$1], $1) }
        var whole = Item(tokens: []), start = 0
        for number in order {
            whole.tokens += stretch.tokens[start..<places[number]]
            whole.append(items[number])
            start = places[number]
        }
        whole.tokens += stretch.tokens[start...]
        return whole
    }

    /// A place for something to be put in: half of the time anywhere, half of the time at a distance from the end that is as likely to
    /// be between 10 and 100 as between 100 and 1,000. A share of all is put early on purpose.
    private func place(among places: [Int], _ count: Int, _ random: inout CorpusRandom) -> Int {
        // Nothing is drawn for a share of 0, so that cases to test with stay as they are.
        let isEarly = options.earlyShare > 0 && random.chance(options.earlyShare)
        let wanted =
            if isEarly { random.below(count / Self.earlyPart + 1) } else if random.chance(0.5) { random.below(count + 1) } else {
                count - Int(pow(Double(count), random.unit()))
            }
        return places.min { abs($0 - wanted) < abs($1 - wanted) } ?? count
    }
}

extension CorpusRandom {
    fileprivate mutating func unit(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * unit()
    }
}
