/// The recall of ROUGE-L, as M4LE counts it. (Kwan et al., M4LE, 2024.)
enum RecallROUGE {
    /// The best over the references, as the package `rouge` 1.0.1 counts; 0 where the reply or any reference has no sentence.
    static func english(_ reply: String, _ references: [String]) -> Double {
        best(references) { SentenceROUGE.recall(reply.codePoints, $0.codePoints) }
    }

    /// The same as the package `rouge_chinese` 1.0.3 counts: one subsequence of all words. Without a dictionary, characters are words.
    static func chinese(_ reply: String, _ references: [String], segmenter: WordSegmenter?) -> Double {
        func words(_ text: String) -> [CodePoints]? {
            let cut = segmenter?.words(of: text) ?? text.unicodeScalars.map { [$0] }
            return Self.words(CodePoints(cut.joined(separator: [" "])))
        }
        guard let said = words(reply) else { return 0 }
        return best(references) { reference in
            words(reference).map { Double(LongestCommonSubsequence($0, said).count) / Double($0.count) }
        }
    }

    private static func best(_ references: [String], _ recall: (String) -> Double?) -> Double {
        let recalls = references.filter { !$0.isEmpty }.map(recall)
        return recalls.contains(nil) ? 0 : recalls.compactMap(\.self).max() ?? 0
    }

    /// Words between blanks, sentence by sentence; a sentence of white space alone is a word without letters.
    /// - Returns: nil where there is no sentence.
    private static func words(_ text: CodePoints) -> [CodePoints]? {
        let lines = sentences(text).filter { !$0.isEmpty }
        guard !lines.isEmpty else { return nil }
        return lines.flatMap { line in line.words.isEmpty ? [[]] : line.words }
    }

    /// Lines, with further ones begun behind the ends of sentences.
    private static func sentences(_ text: CodePoints) -> [CodePoints] {
        let ends: Set<Unicode.Scalar> = ["。", "！", "？", "?"], quotes: Set<Unicode.Scalar> = ["”", "’"]
        var text = text.broken(behind: 1, before: { !quotes.contains($0) }) { ends.contains($0[0]) }
        text = text.broken(behind: 6, before: { !quotes.contains($0) }) { $0.allSatisfy { $0 == "." } }
        text = text.broken(behind: 2, before: { !quotes.contains($0) }) { $0.allSatisfy { $0 == "…" } }
        text = text.broken(behind: 2, before: { $0 != "，" && !ends.contains($0) }) { ends.contains($0[0]) && quotes.contains($0[1]) }
        let end = text.lastIndex { !$0.isPythonSpace }.map { $0 + 1 } ?? 0
        return CodePoints(text[..<end]).lines
    }
}

extension CodePoints {
    /// The text with a line break behind each run of `length` code points that has a form, where a fitting one follows. Matches do not overlap,
    /// and the one that follows belongs to them.
    fileprivate func broken(
        behind length: Int, before follows: (Unicode.Scalar) -> Bool, where holds: ([Unicode.Scalar]) -> Bool
    ) -> CodePoints {
        var text: CodePoints = [], place = 0
        while place < count {
            let end = place + length
            if end < count, holds(CodePoints(self[place..<end])), follows(self[end]) {
                text += self[place..<end] + ["\n", self[end]]
                place = end + 1
            } else {
                text.append(self[place])
                place += 1
            }
        }
        return text
    }
}
