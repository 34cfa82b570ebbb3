import ModelFiles
import Training

/// M4LE's way of making long records out of short ones: further instances of the same task are added until a length is reached, each with a name,
/// and what is asked is about one or several of them. (Kwan et al., M4LE, 2024.)
package struct AbilityRecipe: Sendable {
    /// What is asked.
    package enum Ability: String, CaseIterable, Sendable {
        /// The class of the article with a name.
        case classOfOne = "class-of-one"
        /// The names of all articles of a class.
        case membersOfClass = "members-of-class"
        /// How many articles are of a class.
        case sizeOfClass = "size-of-class"
        /// A question about the article with a name.
        case questionAboutOne = "question-about-one"
        /// A question whose article has to be found.
        case question
    }

    let ability: Ability
    let unit: LengthUnit
    private let items: [ShortRecord]
    private let classes: [String]

    /// The example that goes before all has so many articles.
    private static let exampleItems = 3
    /// Times that another draw is tried before a bucket is given up.
    private static let attempts = 200

    /// - Throws: `LongRecordError` where records lack what is to be asked, or are too few.
    package init(_ ability: Ability, items: [ShortRecord], unit: LengthUnit = .words) throws(LongRecordError) {
        (self.ability, self.items, self.unit) = (ability, items, unit)
        guard items.count > Self.exampleItems + 1 else { throw .tooFewItems(items.count, needed: Self.exampleItems + 2) }
        for item in items {
            switch ability {
            case .classOfOne, .membersOfClass, .sizeOfClass: if item.label == nil { throw .noLabels(item.source) }
            case .questionAboutOne, .question: if item.question == nil || item.answers.isEmpty { throw .noQuestions(item.source) }
            }
        }
        classes = Set(items.compactMap(\.label)).sorted()
    }

    /// A record in M4LE's form, whose length with the answer is more than `above` and at most `bucket`.
    /// - Throws: `LongRecordError.tooShort` where the items do not come to that.
    package func record(above: Int, bucket: Int, _ random: inout CorpusRandom) throws(LongRecordError) -> JSONValue {
        var reached = 0
        for _ in 0..<Self.attempts {
            var drawn = random.order(of: items.count).map { items[Int($0)] }
            let example = made(of: Array(drawn.prefix(Self.exampleItems)), &random)
            drawn.removeFirst(Self.exampleItems)
            guard let count = fitting(drawn, behind: example, in: bucket) else { continue }
            let asked = made(of: Array(drawn.prefix(count)), &random)
            let input = example.text + " " + example.answers[0] + "\n\n" + asked.text
            let inputLength = unit.count(instruction + " " + input), total = unit.count(instruction + " " + input + " " + asked.answers[0])
            reached = max(reached, total)
            guard total > above, total <= bucket else { continue }
            return .object(
                JSONObject([
                    ("instruction", .string(instruction)), ("input", .string(input)),
                    ("answers", .array(asked.answers.map { .string($0) })), ("input_length", .integer(inputLength)),
                    ("total_length", .integer(total)), ("length_bucket", .integer(bucket)), ("gold_index", .integer(asked.place)),
                    ("n_para", .integer(count)),
                ]))
        }
        throw .tooShort(bucket: bucket, above: above, reached: reached)
    }

    /// How many items fit, with room for question and answer; nil where not even two do.
    private func fitting(_ drawn: [ShortRecord], behind example: Made, in bucket: Int) -> Int? {
        let question = drawn.map { unit.count($0.question ?? "") + $0.answers.map(unit.count).reduce(0, +) }.max() ?? 0
        var left = bucket - unit.count(instruction + example.text + example.answers[0]) - question - unit.count(Self.longestQuestion)
        if ability == .membersOfClass { left -= left / 20 }
        let count = drawn.prefix { item in
            left -= unit.count(Self.line(String(repeating: "0", count: 6), item)) + 1
            return left >= 0
        }.count
        return count > 1 ? count : nil
    }

    // MARK: - Wording

    private struct Made {
        let text: String
        let answers: [String]
        /// Which of the items is asked about.
        let place: Int
    }

    private static let longestQuestion =
        "\nQuestion: How many of the articles above belong to the class 'a class of several words'?\nAnswer: 000000."

    private static func line(_ name: String, _ item: ShortRecord) -> String { "Article \(name): \(item.text)\n" }

    private var instruction: String {
        switch ability {
        case .classOfOne:
            "Below are several articles, each behind its name. Every article belongs to one of these classes: "
                + "\(classes.joined(separator: ", ")). Give the class of the article that is asked about."
        case .membersOfClass:
            "Below are several articles, each behind its name and of one class. Give the names of all articles of the class that is asked "
                + "about, with commas between them."
        case .sizeOfClass:
            "Below are several articles, each behind its name and of one class. Give the number of articles of the class that is asked about."
        case .questionAboutOne: "Below are several articles, each behind its name. Answer the question by the article that it names."
        case .question: "Below are several articles. One of them answers the question; answer it by that."
        }
    }

    /// Items in their order with names of their own, and what is asked about them, up to where the answer begins.
    private func made(of items: [ShortRecord], _ random: inout CorpusRandom) -> Made {
        let names = Self.names(items.count, &random), place = random.below(items.count), asked = items[place]
        let body = zip(names, items).map(Self.line).joined(), label = asked.label ?? "",
            ofClass = items.indices.filter { items[$0].label == label }
        func with(_ question: String, _ answers: [String]) -> Made {
            Made(text: body + "Question: \(question)\nAnswer:", answers: answers, place: place)
        }
        switch ability {
        case .classOfOne: return with("Which class does the article \(names[place]) belong to?", [label])
        case .membersOfClass:
            return with(
                "Which of the articles above belong to the class '\(label)'?", [ofClass.map { names[$0] }.joined(separator: ", ") + "."])
        case .sizeOfClass: return with("How many of the articles above belong to the class '\(label)'?", ["\(ofClass.count)."])
        case .questionAboutOne: return with("By the article \(names[place]): \(asked.question ?? "")", asked.answers)
        case .question: return with(asked.question ?? "", asked.answers)
        }
    }

    /// Three random bytes each in hexadecimal digits, all different.
    static func names(_ count: Int, _ random: inout CorpusRandom) -> [String] {
        var names: [String] = []
        while names.count < count {
            let digits = String(random.below(1 << 24), radix: 16, uppercase: true)
            let name = String(repeating: "0", count: 6 - digits.count) + digits
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}
