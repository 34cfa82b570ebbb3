import Training

/// The words that copying is about: a hundred of them that mean nothing.
enum CopyWords {
    static let all = (0..<100).map { "w\($0)" }

    static func some(_ count: Int, _ random: inout CorpusRandom) -> [String] { (0..<count).map { _ in random.pick(all) } }
}

/// "Copy: w3 w7 w3 ." and its like.
package struct CopyTask: LengthTask {
    package enum Kind: String, CaseIterable, Sendable {
        /// One word, so many times.
        case repeated = "rsc"
        /// The same, to be said twice as often.
        case repeatedTwice = "rsc2x"
        /// Another word in its place, as often.
        case replaced = "rdc"
        /// Any words.
        case mixed = "cmc"
        /// The same, to be said twice.
        case mixedTwice = "cmc2x"
    }

    package let kind: Kind
    package let publishedLength = 20
    package let words = CopyWords.all + ["Copy:", "Replace", "by", ":", "."]

    package init(_ kind: Kind) { self.kind = kind }

    package var name: String { "copy-\(kind.rawValue)" }

    package var summary: String {
        switch kind {
        case .repeated: "One word, repeated."
        case .repeatedTwice: "One word, repeated, twice as often."
        case .replaced: "One word, repeated, with another in its place."
        case .mixed: "Words of a hundred kinds."
        case .mixedTwice: "Words of a hundred kinds, twice."
        }
    }

    package func example(length: Int, _ random: inout CorpusRandom) -> LengthExample {
        let drawn = CopyWords.some(length, &random), one = Array(repeating: drawn[0], count: length)
        switch kind {
        case .repeated: return LengthExample(["Copy:"] + one + ["."], one)
        case .repeatedTwice: return LengthExample(["Copy:"] + one + ["."], one + one)
        case .replaced:
            let other = random.pick(CopyWords.all)
            return LengthExample(["Replace", drawn[0], "by", other, ":"] + one + ["."], Array(repeating: other, count: length))
        case .mixed: return LengthExample(["Copy:"] + drawn + ["."], drawn)
        case .mixedTwice: return LengthExample(["Copy:"] + drawn + ["."], drawn + drawn)
        }
    }
}

/// "Reverse: w3 w7 w1 ."
package struct ReverseTask: LengthTask {
    package enum Kind: String, CaseIterable, Sendable {
        case once = "mc"
        case twice = "mc2x"
        /// From the end, and then as it is.
        case thenForward = "mcrv"
    }

    package let kind: Kind
    package let publishedLength = 20
    package let words = CopyWords.all + ["Reverse:", "."]

    package init(_ kind: Kind) { self.kind = kind }

    package var name: String { "reverse-\(kind.rawValue)" }

    package var summary: String {
        switch kind {
        case .once: "Words from the last to the first."
        case .twice: "Words from the last to the first, twice."
        case .thenForward: "Words from the last to the first, and then as they are."
        }
    }

    package func example(length: Int, _ random: inout CorpusRandom) -> LengthExample {
        let drawn = CopyWords.some(length, &random), back = Array(drawn.reversed())
        let second = kind == .once ? [] : kind == .twice ? back : drawn
        return LengthExample(["Reverse:"] + drawn + ["."], back + second)
    }
}
