import Diagnostics
import Tokenizers
import Training

/// What texts are made from.
package struct Workshop: Sendable {
    package let tokenizer: Tokenizer
    package let material: EvaluationMaterial
    /// Questions of each length.
    package let cases: Int
    package let seed: UInt64
    /// How many tokens the model's frame adds for a question and the beginning of its answer.
    package let framing: @Sendable (_ question: String, _ answerOpening: String) throws -> Int

    package init(
        tokenizer: Tokenizer, material: EvaluationMaterial, cases: Int, seed: UInt64,
        framing: @escaping @Sendable (_ question: String, _ answerOpening: String) throws -> Int
    ) {
        self.tokenizer = tokenizer
        self.material = material
        self.cases = cases
        self.seed = seed
        self.framing = framing
    }

    var haystack: Haystack { material.haystack }

    /// How many tokens a text may have that together with its longest question and the reply fills a length exactly.
    /// - Parameter least: the fewest that are of any use.
    /// - Throws: `EvaluationError.tooShort` where there is no room.
    func room(
        length: Int, questions: [String], answerOpening: String = "", least: Int, of benchmark: some Benchmark
    ) throws -> Int {
        let taken = try (questions.map { try framing($0, answerOpening) }.max() ?? 0) + benchmark.replyTokens
        guard length - taken >= least else { throw EvaluationError.tooShort(benchmark.name, length: length, needed: taken + least) }
        return length - taken
    }

    /// The depth of one of several cases that are spread evenly.
    func depth(of number: Int, among count: Int) -> Double { count < 2 ? 0.5 : Double(number) / Double(count - 1) }

    /// Choices that are one text's own.
    func random(for benchmark: some Benchmark, length: Int, number: Int) -> CorpusRandom {
        let name = Int(truncatingIfNeeded: Fingerprint(of: benchmark.name.utf8).value)
        return CorpusRandom(seed: seed, name, length, number)
    }

    /// The tokens of text that goes on from other text.
    func encode(_ text: String) -> [Int32] { tokenizer.encode(Array(text.utf8), continuesText: true) }

    /// An instruction and what it is about, exactly as long as there is room: what no whole line fits into is blank lines between the two.
    ///
    /// - Returns: the tokens, and where in them `body` begins.
    /// - Precondition: both together fit the room.
    func filled(_ instruction: [Int32], _ body: [Int32], room: Int) -> (tokens: [Int32], bodyStart: Int) {
        let missing = room - instruction.count - body.count
        precondition(missing >= 0, "\(-missing) tokens too many")
        return (instruction + Array(repeating: blank, count: missing) + body, instruction.count + missing)
    }

    /// Lines as tokens, one after another, until the next one does not fit the room.
    func lines(room: Int, next: () -> String) -> [[Int32]] {
        var left = room, lines: [[Int32]] = []
        while true {
            let line = encode(next())
            guard line.count <= left else { return lines }
            left -= line.count
            lines.append(line)
        }
    }

    /// A token that says nothing: a line break, or else a space.
    private var blank: Int32 {
        if let tokens = ["\n", " "].map(encode).first(where: { $0.count == 1 }) { return tokens[0] }
        return (0..<Int32(tokenizer.vocabularyCount)).first { tokenizer.piece($0) == [UInt8(ascii: "\n")] } ?? 0
    }

    /// The evidence for a question, measured in its text.
    func evidence(
        _ spans: [Range<Int>], of tokens: [Int32], question: String, hops: Int = 1, distractors: Int = 0
    ) -> Evidence {
        let said = spans.map { String(decoding: tokenizer.decode(Array(tokens[$0])), as: UTF8.self) }.joined(separator: " ")
        return Evidence(
            spans: spans, textTokens: tokens.count, hops: hops, distractors: distractors,
            lexicalCue: Evidence.lexicalCue(of: question, in: said))
    }
}

/// The largest number of a range for which something holds that holds for all smaller ones; nil where it holds for none.
func largest(in range: ClosedRange<Int>, where holds: (Int) -> Bool) -> Int? {
    guard holds(range.lowerBound) else { return nil }
    var low = range.lowerBound, high = range.upperBound
    while low < high {
        let middle = low + (high - low + 1) / 2
        if holds(middle) { low = middle } else { high = middle - 1 }
    }
    return low
}
