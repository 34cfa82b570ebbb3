import Foundation

/// Cuts Chinese text into words as `jieba` 0.42.1 does in its accurate mode: the likeliest way by a dictionary, and where that has single
/// characters only, by a hidden Markov model of where words begin and end.
///
/// Dictionary and model are not part of this program; they are the files of a `jieba` that is installed.
package struct WordSegmenter: Sendable {
    /// How often words come; 0 for what is only the beginning of one.
    private let words: [CodePoints: Double]
    private let logTotal: Double
    private let model: WordBoundaryModel

    /// - Parameter folder: that of the package `jieba`, with `dict.txt` and `finalseg/prob_emit.py`.
    /// - Throws: `EvaluationError` with the file and the line that cannot be used.
    package init(folder: String) throws(EvaluationError) {
        let path = folder + "/dict.txt"
        var words: [CodePoints: Double] = [:], total = 0.0
        for (number, line) in try PublishedFile.text(path).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.allSatisfy(\.isWhitespace) else { continue }
            let parts = line.split(separator: " ")
            guard parts.count > 1, let count = Int(parts[1]), count >= 0 else {
                throw .badRecord(file: path, place: "line \(number + 1)", reason: "it is no word with a count")
            }
            let word = String(parts[0]).codePoints
            words[word] = Double(count)
            total += Double(count)
            for end in 1..<max(1, word.count) where words[CodePoints(word[..<end])] == nil { words[CodePoints(word[..<end])] = 0 }
        }
        guard total > 0 else { throw .badRecord(file: path, place: "line 1", reason: "there are no words") }
        self.words = words
        logTotal = log(total)
        model = try WordBoundaryModel(folder: folder + "/finalseg")
    }

    func words(of text: String) -> [CodePoints] {
        var found: [CodePoints] = []
        for block in text.codePoints.runs(of: Self.isWritten) {
            if block.isInside {
                found += cut(block.text)
            } else {
                found += block.text.splitAtReturns
            }
        }
        return found
    }

    /// What is cut by the dictionary; all else stands alone.
    private static func isWritten(_ scalar: Unicode.Scalar) -> Bool {
        ("\u{4E00}"..."\u{9FD5}").contains(scalar) || scalar.isASCIIAlphanumeric || ["+", "#", "&", ".", "_", "%", "-"].contains(scalar)
    }

    private func cut(_ block: CodePoints) -> [CodePoints] {
        var found: [CodePoints] = [], singles: CodePoints = [], start = 0
        func settle() {
            if singles.count > 1, (words[singles] ?? 0) == 0 { found += model.words(of: singles) } else { found += singles.map { [$0] } }
            singles = []
        }
        let ends = likeliestEnds(block)
        while start < block.count {
            let end = ends[start]
            if end - start == 1 {
                singles.append(block[start])
            } else {
                settle()
                found.append(CodePoints(block[start..<end]))
            }
            start = end
        }
        settle()
        return found
    }

    /// For each place, where the word ends that begins there on the likeliest way to the end; of ways alike, the longer word.
    private func likeliestEnds(_ block: CodePoints) -> [Int] {
        var values = Array(repeating: 0.0, count: block.count + 1), ends = Array(repeating: 0, count: block.count)
        for start in block.indices.reversed() {
            var best: (value: Double, end: Int)?
            for end in wordEnds(block, from: start) {
                let count = words[CodePoints(block[start..<end])] ?? 0
                let value = log(count == 0 ? 1 : count) - logTotal + values[end]
                if best.map({ value >= $0.value }) ?? true { best = (value, end) }
            }
            (values[start], ends[start]) = best ?? (0, start + 1)
        }
        return ends
    }

    private func wordEnds(_ block: CodePoints, from start: Int) -> [Int] {
        var ends: [Int] = [], end = start + 1
        while end <= block.count, let count = words[CodePoints(block[start..<end])] {
            if count > 0 { ends.append(end) }
            end += 1
        }
        return ends.isEmpty ? [start + 1] : ends
    }
}

extension Unicode.Scalar {
    var isASCIIAlphanumeric: Bool {
        ("a"..."z").contains(self) || ("A"..."Z").contains(self) || ("0"..."9").contains(self)
    }
}

extension CodePoints {
    /// The runs for which something holds and those between them.
    func runs(of holds: (Unicode.Scalar) -> Bool) -> [(text: CodePoints, isInside: Bool)] {
        var runs: [(text: CodePoints, isInside: Bool)] = []
        for scalar in self {
            let isInside = holds(scalar)
            if runs.last?.isInside == isInside {
                runs[runs.count - 1].text.append(scalar)
            } else {
                runs.append(([scalar], isInside))
            }
        }
        return runs
    }

    /// Every character by itself, but a carriage return with the line feed behind it.
    fileprivate var splitAtReturns: [CodePoints] {
        var parts: [CodePoints] = []
        for scalar in self {
            if scalar == "\n", parts.last == ["\r"] { parts[parts.count - 1].append(scalar) } else { parts.append([scalar]) }
        }
        return parts
    }
}
