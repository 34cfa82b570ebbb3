import Foundation

/// What a reply is worth, from 0 to 1, held against what should be in it.
package enum Metric: String, Codable, Sendable {
    /// 1 if the first whole number of the reply is the reference.
    case firstNumber = "first_number"
    /// The share of the references that the reply contains, in whatever letters.
    case keyWords = "key_words"
    /// 1 if the reply is one of the references, but for white space around it, the full stop at its end and the case of letters.
    case exactAnswer = "exact_answer"

    /// Whether all scores are 0 or 1.
    package var isYesOrNo: Bool { self != .keyWords }

    package func score(_ reply: String, references: [String]) -> Double {
        switch self {
        case .firstNumber:
            let digits = reply.drop { !$0.isDigit }.prefix(while: \.isDigit)
            return references.contains(String(digits)) ? 1 : 0
        case .keyWords:
            guard !references.isEmpty else { return 0 }
            let reply = reply.lowercased()
            return Double(references.count { reply.contains($0.lowercased()) }) / Double(references.count)
        case .exactAnswer:
            let reply = Self.plain(reply)
            return references.contains { Self.plain($0) == reply } ? 1 : 0
        }
    }

    private static func plain(_ text: String) -> String {
        var text = text.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}

extension Character {
    fileprivate var isDigit: Bool { isASCII && isNumber }
}
