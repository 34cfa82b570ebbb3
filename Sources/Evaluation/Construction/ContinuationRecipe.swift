import ModelFiles
import Training

/// M4LE's records of semantic retrieval: which of many paragraphs goes on from one that is shown. They are made of plain texts.
package struct ContinuationRecipe: Sendable {
    let unit: LengthUnit
    /// Paragraphs of each text, of which there are two at least.
    private let texts: [[String]]

    /// Shorter paragraphs say too little to be told apart.
    private static let leastWords = 30
    private static let leastTexts = 2
    private static let attempts = 200
    private static let instruction =
        "You are shown one paragraph and then several others, each behind its name. One of those goes on from the paragraph that is shown. Give "
        + "its name."

    /// - Parameter texts: as they are; paragraphs are divided by empty lines.
    /// - Throws: `LongRecordError.tooFewItems` where fewer than two texts have paragraphs in a row.
    package init(_ texts: [CorpusText], unit: LengthUnit = .words) throws(LongRecordError) {
        self.unit = unit
        self.texts = texts.map { Self.paragraphs(String(decoding: $0.bytes, as: UTF8.self), unit) }.filter { $0.count > 1 }
        guard self.texts.count >= Self.leastTexts else { throw .tooFewItems(self.texts.count, needed: Self.leastTexts) }
    }

    static func paragraphs(_ text: String, _ unit: LengthUnit) -> [String] {
        var paragraphs: [String] = [], lines: [Substring] = []
        func settle() {
            let paragraph = lines.joined(separator: " ")
            if unit.count(paragraph) > leastWords { paragraphs.append(paragraph) }
            lines = []
        }
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let line = line.drop(while: \.isWhitespace)
            if line.isEmpty { settle() } else { lines.append(line) }
        }
        settle()
        return paragraphs
    }

    /// A record in M4LE's form, whose length with the answer is more than `above` and at most `bucket`.
    /// - Throws: `LongRecordError.tooShort` where the texts do not come to that.
    package func record(above: Int, bucket: Int, _ random: inout CorpusRandom) throws(LongRecordError) -> JSONValue {
        var reached = 0
        for _ in 0..<Self.attempts {
            let (shown, right, others) = draw(&random)
            var left = bucket - unit.count(Self.instruction + " " + Self.shown(shown) + " Answer: 000000") - length(right)
            var candidates = Array(
                others.prefix { paragraph in
                    left -= length(paragraph)
                    return left >= 0
                })
            guard !candidates.isEmpty else { continue }
            let place = random.below(candidates.count + 1)
            candidates.insert(right, at: place)
            let names = AbilityRecipe.names(candidates.count, &random)
            let input = Self.shown(shown) + zip(names, candidates).map(Self.line).joined() + "Answer:"
            let inputLength = unit.count(Self.instruction + " " + input)
            let total = unit.count(Self.instruction + " " + input + " " + names[place])
            reached = max(reached, total)
            guard total > above, total <= bucket else { continue }
            return .object(
                JSONObject([
                    ("instruction", .string(Self.instruction)), ("input", .string(input)), ("answers", .array([.string(names[place])])),
                    ("input_length", .integer(inputLength)), ("total_length", .integer(total)), ("length_bucket", .integer(bucket)),
                    ("gold_index", .integer(place)), ("n_para", .integer(candidates.count)),
                ]))
        }
        throw .tooShort(bucket: bucket, above: above, reached: reached)
    }

    /// A paragraph, the one behind it in its text, and those of the other texts in a random order.
    private func draw(_ random: inout CorpusRandom) -> (shown: String, right: String, others: [String]) {
        let chosen = random.below(texts.count), place = random.below(texts[chosen].count - 1)
        var others = texts.indices.filter { $0 != chosen }.flatMap { texts[$0] }
        random.shuffle(&others)
        return (texts[chosen][place], texts[chosen][place + 1], others)
    }

    private func length(_ paragraph: String) -> Int { unit.count(Self.line("000000", paragraph)) }

    private static func shown(_ paragraph: String) -> String { "Paragraph: \(paragraph)\n" }
    private static func line(_ name: String, _ paragraph: String) -> String { "Paragraph \(name): \(paragraph)\n" }
}
