import Foundation

/// What a reply is worth, from 0 to 1, held against what should be in it.
package enum Metric: String, Codable, Sendable {
    /// 1 if the first whole number of the reply is the reference.
    case firstNumber = "first_number"
    /// 1 if the last whole number of the reply is the reference.
    case lastNumber = "last_number"
    /// The share of the references that the reply contains, in whatever letters.
    case keyWords = "key_words"
    /// RULER's score of its generated tasks: the same share, in a reply whose control characters are line breaks.
    case stringMatchAll = "string_match_all"
    /// RULER's score of answered questions: 1 if the reply contains any of the references.
    case stringMatchPart = "string_match_part"
    /// 1 if the reply is one of the references, but for white space around it, the full stop at its end and the case of letters.
    case exactAnswer = "exact_answer"

    package func score(_ reply: String, references: [String]) -> Double {
        switch self {
        case .firstNumber:
            return references.contains(Self.digits(reply.utf8)) ? 1 : 0
        case .lastNumber:
            return references.contains(String(Self.digits(reply.utf8.reversed()).reversed())) ? 1 : 0
        case .keyWords:
            return Self.share(of: references, in: reply)
        case .stringMatchAll:
            return Self.share(of: references, in: Self.withoutControls(reply))
        case .stringMatchPart:
            return Self.share(of: references, in: Self.withoutControls(reply)) > 0 ? 1 : 0
        case .exactAnswer:
            let reply = Self.plain(reply)
            return references.contains { Self.plain($0) == reply } ? 1 : 0
        }
    }

    /// The first run of digits.
    private static func digits(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.drop { !$0.isDigit }.prefix(while: \.isDigit), as: UTF8.self)
    }

    /// Code points are compared, not characters: "7" is in "7\u{301}".
    private static func share(of references: [String], in reply: String) -> Double {
        guard !references.isEmpty else { return 0 }
        let reply = Array(reply.lowercased().utf8)
        return Double(references.count { reply.contains(Array($0.lowercased().utf8)) }) / Double(references.count)
    }

    private static func withoutControls(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { scalars.append(scalar.value < 0x20 ? "\n" : scalar) }
        return String(scalars).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func plain(_ text: String) -> String {
        var text = text.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
