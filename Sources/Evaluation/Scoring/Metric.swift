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

    /// LongBench's and L-Eval's F1 of words.
    case qaF1 = "qa_f1"
    /// The same of Chinese words; of characters where no dictionary is at hand.
    case qaF1Chinese = "qa_f1_zh"
    case characterF1 = "character_f1"
    /// LongBench's ROUGE-L, of whole reports and of first lines, of Chinese words or characters.
    case rougeL = "rouge_l"
    case firstLineROUGE = "first_line_rouge_l"
    case rougeLChinese = "rouge_l_zh"
    case characterROUGE = "character_rouge_l"
    /// LongBench's other scores.
    case firstLineF1 = "first_line_qa_f1"
    case classification
    case count
    case retrieval
    case retrievalChinese = "retrieval_zh"
    case codeSimilarity = "code_sim"
    /// L-Eval's exams, by how an answer is found, and its ROUGE.
    case singleChoice = "single_choice"
    case severalChoices = "several_choices"
    case sum = "sum"
    case programOutput = "program_output"
    case judgements
    case containedAnswer = "contained_answer"
    case geometricROUGE = "geometric_rouge"
    /// Ada-LEval's choices.
    case designation
    case order
    /// LongICLBench's labels.
    case label
    case conjunction
    case relation
    case relations
    case entities
    /// LongBench-Write's length, and where a judge has read it, its quality as well.
    case writing
    /// LongSafety's verdicts.
    case safety
    /// M4LE's scores.
    case containedAnyAnswer = "contained_any_answer"
    case sameAnswer = "same_answer"
    case identifiers
    case rougeRecall = "rouge_l_recall"
    case rougeRecallChinese = "rouge_l_recall_zh"
    case characterROUGERecall = "character_rouge_l_recall"
    case bleu
    case bleuChinese = "bleu_zh"
    /// LongBench v2's choices.
    case choiceLetter = "choice_letter"
    /// LongProc's procedures.
    case table
    case route
    case beliefs
    case countdown
    case travelPlan = "travel_plan"
    case program

    package func score(_ reply: String, references: [String], choices: [String] = []) -> Double {
        measure(reply, references: references, choices: choices).value
    }

    /// - Parameters:
    ///   - choices: what else decides the score, such as the classes to choose from; what it is stands at each metric.
    ///   - segmenter: for Chinese words; without one, characters count.
    func measure(_ reply: String, references: [String], choices: [String] = [], segmenter: WordSegmenter? = nil) -> ReplyScore {
        if let value = recall(reply, references) { return ReplyScore(value) }
        if let score = exam(reply, references) ?? labels(reply, references, choices) ?? procedure(reply, references, choices) {
            return score
        }
        if let score = ability(reply, references, choices, segmenter) ?? judgment(reply, references, choices) { return score }
        if self == .geometricROUGE { return ReplyScore(rouge: references.map { WordROUGE.scores(reply, $0) }) }
        return ReplyScore(references.map { longBench(reply, $0, choices, segmenter) }.max() ?? 0)
    }

    /// The metrics of texts that are made here.
    private func recall(_ reply: String, _ references: [String]) -> Double? {
        switch self {
        case .firstNumber: references.contains(Self.digits(reply.utf8)) ? 1 : 0
        case .lastNumber: references.contains(String(Self.digits(reply.utf8.reversed()).reversed())) ? 1 : 0
        case .keyWords: Self.share(of: references, in: reply)
        case .stringMatchAll: Self.share(of: references, in: Self.withoutControls(reply))
        case .stringMatchPart: Self.share(of: references, in: Self.withoutControls(reply)) > 0 ? 1 : 0
        case .exactAnswer: references.contains { Self.plain($0) == Self.plain(reply) } ? 1 : 0
        default: nil
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
