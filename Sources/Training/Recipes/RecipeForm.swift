import Yams

/// What the value of a key may be, in words and as a reader.
package struct RecipeForm<Value: Sendable>: Sendable {
    /// As it stands in errors and in the documentation: "a whole number from 1 to 512".
    let description: String
    /// The value of a node; nil if it is of another form.
    let read: @Sendable (Node) -> Value?

    init(_ description: String, read: @escaping @Sendable (Node) -> Value?) {
        self.description = description
        self.read = read
    }

    /// One of a few words.
    static func choice(_ values: [(word: String, value: Value)]) -> RecipeForm {
        RecipeForm("one of " + values.map(\.word).joined(separator: ", ")) { node in
            node.word.flatMap { word in values.first { $0.word == word }?.value }
        }
    }
}

extension RecipeForm where Value == Int {
    /// A whole number, which may have underscores between its digits. A bound that only keeps products of sizes from overflow is not told.
    static func whole(_ range: ClosedRange<Int>) -> RecipeForm {
        let end = range.upperBound < 100_000_000 ? "to \(range.upperBound)" : "on"
        return RecipeForm("a whole number from \(range.lowerBound) \(end)") { node in
            node.word.flatMap { Int($0.filter { $0 != "_" }) }.flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension RecipeForm where Value == UInt64 {
    /// The beginning of a generator of random numbers.
    static var seed: RecipeForm { RecipeForm("a whole number that is not negative") { $0.word.flatMap { UInt64($0) } } }
}

extension RecipeForm where Value == Double {
    static func number(_ range: ClosedRange<Double>) -> RecipeForm {
        RecipeForm("a number from \(short(range.lowerBound)) to \(short(range.upperBound))") { node in
            node.word.flatMap { Double($0) }.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    private static func short(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? "\(number)" }
}

extension RecipeForm where Value == [Double] {
    static func numbers(_ description: String) -> RecipeForm {
        RecipeForm(description) { $0.numbers }
    }
}

extension RecipeForm where Value == ClosedRange<Double> {
    /// The least and the most.
    static func range(_ limits: ClosedRange<Double>) -> RecipeForm {
        let ends = RecipeForm<Double>.number(limits).description
        return RecipeForm("a list of two, the least and the most: each \(ends)") { node in
            guard let ends = node.numbers, ends.count == 2, ends[0] <= ends[1], ends.allSatisfy(limits.contains) else { return nil }
            return ends[0]...ends[1]
        }
    }
}

extension RecipeForm where Value == Bool {
    static var truth: RecipeForm { choice([("true", true), ("false", false)]) }
}

extension RecipeForm where Value == String {
    static func text(_ description: String) -> RecipeForm { RecipeForm(description) { $0.text } }

    /// A file or a folder; where it is not absolute, it is meant from the folder of the recipe.
    static var path: RecipeForm { text("a path") }
}

extension RecipeForm where Value == [String] {
    /// One text, or a list of them.
    static func texts(_ description: String) -> RecipeForm {
        RecipeForm(description) { node in
            if let text = node.text { return [text] }
            guard case .sequence(let sequence) = node, !sequence.isEmpty else { return nil }
            let texts = sequence.compactMap(\.text)
            return texts.count == sequence.count ? texts : nil
        }
    }
}

extension Node {
    /// A scalar without quotes, which may stand for a number or a truth value.
    fileprivate var word: String? {
        guard case .scalar(let scalar) = self, scalar.style == .plain, !scalar.string.isEmpty else { return nil }
        return scalar.string
    }

    /// A list of numbers, none of which is missing or beyond all bounds.
    fileprivate var numbers: [Double]? {
        guard case .sequence(let sequence) = self else { return nil }
        let numbers = sequence.compactMap { $0.word.flatMap { Double($0) } }.filter(\.isFinite)
        return numbers.count == sequence.count ? numbers : nil
    }

    /// A scalar that is not empty.
    fileprivate var text: String? {
        guard case .scalar(let scalar) = self, !scalar.string.isEmpty else { return nil }
        return scalar.string
    }
}
