import Training

/// RULER's common words: a numbered list in which ten words come more often than all others. (Hsieh et al., RULER, 2024.)
struct RULERCommonWords: Benchmark {
    let name = "cwe"
    let metric = Metric.stringMatchAll
    let replyTokens = 120
    let place = TaskPlace.aggregation

    /// Words that come often.
    private static let common = 10
    private static let question = "Question: What are the 10 most common words in the above list?"
    private static let answerOpening = " Answer: The top 10 words that appear most often in the list are:"
    private static let instruction =
        "Below is a numbered list of words. In these words, some appear more often than others. Memorize the ones that appear most often.\n"

    /// How often words come, in the list and in the example before it.
    struct Frequencies {
        let common: Int
        let other: Int
        let example: (words: Int, common: Int, other: Int)

        /// Short texts have no room for so many repetitions.
        init(length: Int) {
            let isShort = length < 4096
            (common, other) = isShort ? (6, 1) : (30, 3)
            example = isShort ? (20, 3, 1) : (40, 10, 3)
        }
    }

    func text(_ number: Int, length: Int, in workshop: Workshop) throws -> EvaluationText {
        var random = workshop.random(for: self, length: length, number: number)
        let frequencies = Frequencies(length: length), instruction = workshop.encode(example(frequencies, &random) + Self.instruction)
        var entries = NumberedWords(workshop)
        let list = WordList(.singles), entryTokens = entries.tokens(of: "harbour", number: 1)
        let least = instruction.count + Self.common * (frequencies.common + 1) * entryTokens
        let room = try workshop.room(
            length: length, questions: [Self.question], answerOpening: Self.answerOpening, least: least, of: self)
        let words = entries.words(filling: room - instruction.count, from: list, frequencies, common: Self.common, &random)
        guard words.count > Self.common else { throw EvaluationError.tooShort(name, length: length, needed: length + entryTokens) }
        let (common, listed) = Self.listed(words, frequencies.common, frequencies.other, &random)
        let (tokens, start) = workshop.filled(instruction, entries.encode(listed), room: room)
        return EvaluationText(
            tokens: tokens,
            questions: [
                EvaluationQuestion(
                    question: Self.question, answerOpening: Self.answerOpening, references: common,
                    evidence: workshop.evidence([start..<tokens.count], of: tokens, question: Self.question, distractors: 0))
            ])
    }

    /// The first words often and the others seldom, in a random order.
    static func listed(
        _ words: [String], _ often: Int, _ seldom: Int, _ random: inout CorpusRandom
    ) -> (common: [String], listed: [String]) {
        var listed = words.enumerated().flatMap { Array(repeating: $1, count: $0 < common ? often : seldom) }
        random.shuffle(&listed)
        return (Array(words.prefix(common)), listed)
    }

    /// The task once in small, with its answer.
    private func example(_ frequencies: Frequencies, _ random: inout CorpusRandom) -> String {
        var list = WordList(.singles)
        let words = (0..<frequencies.example.words).map { _ in list.draw(&random) }
        let (common, listed) = Self.listed(words, frequencies.example.common, frequencies.example.other, &random)
        return Self.instruction + Self.numbered(listed) + "\n" + Self.question + Self.answerOpening + " " + Self.numbered(common) + "\n"
    }

    private static func numbered(_ words: [String]) -> String {
        words.enumerated().map { "\($0 + 1). \($1)" }.joined(separator: " ")
    }
}

/// Entries of a numbered list as tokens, of which the same ones come again and again.
private struct NumberedWords {
    private let workshop: Workshop
    private var words: [String: [Int32]] = [:]
    /// The numbers from 1 on, each with its full stop and the space before it.
    private var numbers: [[Int32]] = []

    init(_ workshop: Workshop) { self.workshop = workshop }

    mutating func tokens(of word: String, number: Int) -> Int { self.word(word).count + self.number(number).count }

    /// As many words as fit with all their repetitions, the common ones first.
    mutating func words(
        filling room: Int, from list: WordList, _ frequencies: RULERCommonWords.Frequencies, common: Int, _ random: inout CorpusRandom
    ) -> [String] {
        var list = list, found: [String] = [], entries = 0, left = room
        while true {
            let word = list.draw(&random), times = found.count < common ? frequencies.common : frequencies.other
            left -= (0..<times).reduce(0) { $0 + tokens(of: word, number: entries + $1 + 1) }
            guard left >= 0 else { return found }
            entries += times
            found.append(word)
        }
    }

    mutating func encode(_ listed: [String]) -> [Int32] {
        var tokens: [Int32] = []
        for (place, word) in listed.enumerated() { tokens += number(place + 1) + self.word(word) }
        return tokens
    }

    private mutating func word(_ word: String) -> [Int32] {
        if let known = words[word] { return known }
        let tokens = workshop.encode(" " + word)
        words[word] = tokens
        return tokens
    }

    private mutating func number(_ number: Int) -> [Int32] {
        while numbers.count < number { numbers.append(workshop.encode((numbers.isEmpty ? "" : " ") + "\(numbers.count + 1).")) }
        return numbers[number - 1]
    }
}
