import Foundation

/// BLEU of a whole set of translations with runs of up to four words and no smoothing, as M4LE counts it.
/// (Papineni et al., BLEU: a method for automatic evaluation of machine translation, 2002.)
enum BLEU {
    private static let orders = 1...4

    /// What a translation adds to the counts of all, by names.
    static func counts(_ reply: String, _ references: [String], isChinese: Bool) -> [String: Double] {
        func words(_ text: String) -> [CodePoints] { isChinese ? chinese(text.codePoints) : western(text.codePoints) }
        let said = words(reply), wanted = references.map(words)
        var counts = ["words": Double(said.count), "reference_words": Double(wanted.map(\.count).min() ?? 0)]
        for order in orders {
            let most = wanted.map { runs($0, order) }.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: max) }
            let matches = runs(said, order).reduce(0) { $0 + min($1.value, most[$1.key] ?? 0) }
            counts["matches_\(order)"] = Double(matches)
            counts["runs_\(order)"] = Double(max(0, said.count - order + 1))
        }
        return counts
    }

    /// The score that counts come to.
    static func score(_ counts: [String: Double]) -> Double {
        let precisions = orders.map { order -> Double in
            let runs = counts["runs_\(order)"] ?? 0
            return runs > 0 ? (counts["matches_\(order)"] ?? 0) / runs : 0
        }
        let said = counts["words"] ?? 0, wanted = counts["reference_words"] ?? 0
        guard precisions.allSatisfy({ $0 > 0 }), said > 0, wanted > 0 else { return 0 }
        let mean = exp(precisions.reduce(0) { $0 + log($1) / Double(precisions.count) })
        return mean * (said > wanted ? 1 : exp(1 - wanted / said))
    }

    private static func runs(_ words: [CodePoints], _ order: Int) -> [[CodePoints]: Int] {
        guard words.count >= order else { return [:] }
        return (0...(words.count - order)).reduce(into: [:]) { $0[Array(words[$1..<$1 + order]), default: 0] += 1 }
    }

    /// The words of mteval's script, version 13a.
    static func western(_ text: CodePoints) -> [CodePoints] {
        var text = text.replacing("<skipped>".codePoints).replacing("-\n".codePoints).replacing("\n".codePoints, with: [" "])
        for (name, mark) in [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
            text = text.replacing(name.codePoints, with: mark.codePoints)
        }
        return divided([" "] + text + [" "])
    }

    /// Every Chinese character by itself, and all else as in western texts.
    static func chinese(_ text: CodePoints) -> [CodePoints] {
        divided(text.stripped.flatMap { isChinese($0) ? [" ", $0, " "] : [$0] })
    }

    /// Marks apart from words, and points and commas that stand in no number.
    private static func divided(_ text: CodePoints) -> [CodePoints] {
        func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
        func isPoint(_ scalar: Unicode.Scalar) -> Bool { scalar == "." || scalar == "," }
        return text.flatMap { isMark($0) ? [" ", $0, " "] : [$0] }
            .pairs({ !isDigit($0) }, isPoint) { [$0, " ", $1, " "] }
            .pairs(isPoint, { !isDigit($0) }) { [" ", $0, " ", $1] }
            .pairs(isDigit, { $0 == "-" }) { [$0, " ", $1, " "] }
            .words
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "{"..."~", "["..."`", " "..."&", "("..."+", ":"..."@", "/": true
        default: false
        }
    }

    /// The published table of characters. Two of its ranges were meant to lie beyond 16 bits and are read as others, which take in dashes, quotes
    /// and many signs.
    private static let chineseRanges: [ClosedRange<UInt32>] = [
        0x2001...0x2A6D, 0x2E80...0x2EFF, 0x2F00...0x2FDF, 0x3000...0x303F, 0x31A0...0x31BF, 0x31C0...0x31EF, 0x3200...0x32FF,
        0x3300...0x33FF, 0x3400...0x4DB5, 0x4E00...0x9FBB, 0xF900...0xFA2D, 0xFA30...0xFA6A, 0xFA70...0xFAD9, 0xFE10...0xFE1F,
        0xFE30...0xFE4F, 0xFF00...0xFFEF,
    ]

    private static func isChinese(_ scalar: Unicode.Scalar) -> Bool { chineseRanges.contains { $0.contains(scalar.value) } }
}

extension CodePoints {
    /// The text with every two code points that fit replaced; matches do not overlap.
    fileprivate func pairs(
        _ first: (Unicode.Scalar) -> Bool, _ second: (Unicode.Scalar) -> Bool, _ replacement: (Unicode.Scalar, Unicode.Scalar) -> CodePoints
    ) -> CodePoints {
        var text: CodePoints = [], place = 0
        while place < count {
            if place + 1 < count, first(self[place]), second(self[place + 1]) {
                text += replacement(self[place], self[place + 1])
                place += 2
            } else {
                text.append(self[place])
                place += 1
            }
        }
        return text
    }
}
