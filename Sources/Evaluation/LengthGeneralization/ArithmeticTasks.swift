import Training

private let digits = (0...9).map(String.init)

/// Digits, each a word.
private func spelled(_ digits: [Int]) -> [String] { digits.map(String.init) }

/// A sentence that ends in the answer.
private func theAnswer(_ words: [String]) -> [String] { ["The", "answer", "is"] + words + ["."] }

private let answerWords = ["The", "answer", "is", "."]

/// "Compute 1 2 + 3 4 ?"
package struct AdditionTask: LengthTask {
    package let name = "addition"
    package let summary = "The sum of two numbers, of which the longer has so many digits."
    package let publishedLength = 8
    package let words = digits + answerWords + ["Compute", "+", "?"]

    package init() {}

    package func example(length: Int, _ random: inout CorpusRandom) -> LengthExample {
        var numbers = [length, random.within(1...length)].map { count in
            (0..<count).map { place in place == 0 && count > 1 ? random.within(1...9) : random.below(10) }
        }
        if random.chance(0.5) { numbers.swapAt(0, 1) }
        return LengthExample(
            ["Compute"] + spelled(numbers[0]) + ["+"] + spelled(numbers[1]) + ["?"], theAnswer(spelled(Self.sum(numbers[0], numbers[1]))))
    }

    /// Digit by digit, from the last to the first.
    static func sum(_ first: [Int], _ second: [Int]) -> [Int] {
        var sum: [Int] = [], carried = 0
        for place in 0..<max(first.count, second.count) {
            let total = [first, second].reduce(carried) { $0 + (place < $1.count ? $1[$1.count - 1 - place] : 0) }
            sum.append(total % 10)
            carried = total / 10
        }
        if carried > 0 { sum.append(carried) }
        return sum.reversed()
    }
}

/// "Compute 3 + 9 + 4 % 10 ?"
package struct SummationTask: LengthTask {
    package let name = "summation"
    package let summary = "The last digit of the sum of so many digits."
    package let publishedLength = 8
    package let words = digits + answerWords + ["Compute", "+", "%", "?"]

    package init() {}

    package func example(length: Int, _ random: inout CorpusRandom) -> LengthExample {
        let terms = (0..<length).map { _ in random.below(10) }
        return LengthExample(
            ["Compute"] + Array(spelled(terms).map { [$0] }.joined(separator: ["+"])) + ["%", "1", "0", "?"],
            theAnswer([String(terms.reduce(0, +) % 10)]))
    }
}

/// "Evaluate x = 3 in 2 x ** 0 + 1 x ** 1 % 10 ?"
package struct PolynomialTask: LengthTask {
    package let name = "polynomial"
    package let summary = "The last digit of a polynomial of so many terms."
    package let publishedLength = 8
    package let words = digits + answerWords + ["Evaluate", "x", "=", "in", "**", "+", "%", "?"]

    package init() {}

    package func example(length: Int, _ random: inout CorpusRandom) -> LengthExample {
        let x = random.below(10), coefficients = (0..<length).map { _ in random.below(10) }
        var value = 0, power = 1
        for coefficient in coefficients {
            value = (value + coefficient * power) % 10
            power = power * x % 10
        }
        let terms = coefficients.enumerated().map { [String($1), "x", "**"] + String($0).map(String.init) }
        return LengthExample(
            ["Evaluate", "x", "=", String(x), "in"] + Array(terms.joined(separator: ["+"])) + ["%", "1", "0", "?"],
            theAnswer([String(value)]))
    }
}

/// "Sort the following list [ 3 , 1 , 2 ] ."
package struct SortTask: LengthTask {
    /// The most that a number has.
    package let digits: Int
    package let publishedLength = 8
    package let words: [String]

    package init(digits count: Int) {
        digits = count
        words = (0...9).map(String.init) + ["Sort", "the", "following", "list", "The", "sorted", "is", "[", "]", ",", "."]
    }

    package var name: String { digits == 1 ? "sort" : "sort-multi" }
    package var summary: String { "So many numbers of \(digits == 1 ? "one digit" : "up to \(digits) digits") in their order." }

    package func example(length: Int, _ random: inout CorpusRandom) -> LengthExample {
        let most = (0..<digits).reduce(1) { power, _ in 10 * power }, numbers = (0..<length).map { _ in random.below(most) }
        func listed(_ numbers: [Int]) -> [String] {
            ["["] + Array(numbers.map { String($0).map(String.init) }.joined(separator: [","])) + ["]", "."]
        }
        return LengthExample(
            ["Sort", "the", "following", "list"] + listed(numbers), ["The", "sorted", "list", "is"] + listed(numbers.sorted()))
    }
}

/// "Is the number of 1's even in the sequence [ 1 0 1 ] ?"
package struct ParityTask: LengthTask {
    package let name = "parity"
    package let summary = "Whether the number of ones among so many bits is even."
    package let publishedLength = 8
    package let words = ["0", "1", "Is", "the", "number", "of", "1's", "even", "in", "sequence", "[", "]", "?", "Yes", "No", "."]

    package init() {}

    package func example(length: Int, _ random: inout CorpusRandom) -> LengthExample {
        let bits = (0..<length).map { _ in random.below(2) }
        return LengthExample(
            ["Is", "the", "number", "of", "1's", "even", "in", "the", "sequence", "["] + spelled(bits) + ["]", "?"],
            [bits.reduce(0, +).isMultiple(of: 2) ? "Yes" : "No", "."])
    }
}
