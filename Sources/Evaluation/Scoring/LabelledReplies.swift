/// LongICLBench's answers: what of a reply they are, and how many are right. (Li et al., Long-context LLMs struggle with long in-context learning,
/// 2024.)
enum LabelledReplies {
    /// What follows the last repetition of the query, if the model has repeated it, and the cue behind that; up to the next example's cue, and
    /// of that the first line.
    static func label(_ reply: String, query: String, cue: String, next: String?) -> String {
        let reply = reply.codePoints, query = query.codePoints, cue = cue.codePoints
        var answer = reply, isCut = false
        if !query.isEmpty, reply.holds(query) {
            let parts = (reply.split(at: query).last ?? []).stripped.split(at: cue)
            (answer, isCut) = parts.count > 1 ? (parts[1], false) : (parts[0], true)
        }
        if let next, !isCut { answer = answer.split(at: next.codePoints)[0] }
        return String(answer.stripped.lines[0].stripped)
    }

    /// Labels in lower case, without the marks that Discovery's may carry.
    static func isSame(_ label: String, _ reference: String, dropping marks: String = "") -> Bool {
        let marks = Set(marks.unicodeScalars)
        func plain(_ text: String) -> CodePoints { text.codePoints.stripped.filter { !marks.contains($0) }.lowercased.stripped }
        return plain(label) == plain(reference)
    }

    /// Names and their types, a line "name: type" each, up to the first line that is none.
    static func entities(_ reply: String, query: String) -> [(name: CodePoints, type: CodePoints)] {
        let reply = reply.codePoints, query = query.codePoints
        let answer = query.isEmpty ? reply : reply.split(at: query).last ?? []
        var found: [(name: CodePoints, type: CodePoints)] = []
        for line in answer.stripped.lines {
            let parts = line.split(at: [":", " "])
            guard parts.count > 1, !line.hasPrefix("Sentence".codePoints), !line.hasPrefix("sentence".codePoints) else { break }
            if let place = found.firstIndex(where: { $0.name == parts[0] }) {
                found[place].type = parts[1]
            } else {
                found.append((parts[0], parts[1]))
            }
        }
        return found
    }

    /// The relations that a reply gives for a dialogue: the line behind the last cue, before another dialogue begins.
    static func relations(_ reply: String, dialogue: String, cue: String) -> String {
        let reply = reply.codePoints, dialogue = dialogue.codePoints
        var answer = (dialogue.isEmpty ? reply : reply.split(at: dialogue).last ?? []).stripped
        answer = (answer.split(at: cue.codePoints).last ?? []).stripped
        for word in ["dialogue", "Dialogue"] { answer = answer.split(at: word.codePoints)[0].stripped }
        return String(answer.lines[0].split(at: "[/INST]".codePoints)[0].stripped)
    }

    /// Labels between commas.
    static func labels(_ text: String) -> [CodePoints] { text.codePoints.split(at: [","]).map(\.stripped) }
}

/// How many of what was predicted and of what was to be predicted is right, over a whole set of replies.
struct LabelCounts: Equatable {
    var correct = 0
    var predicted = 0
    var wanted = 0

    /// As the published scorers of LongICLBench have it, which keep the denominators from being zero.
    static func f1(_ figures: [String: Double]) -> Double {
        let correct = figures["correct"] ?? 0
        let precision = correct / ((figures["predicted"] ?? 0) + 1e-8), recall = correct / ((figures["wanted"] ?? 0) + 1e-8)
        return correct == 0 ? 0 : 2 * precision * recall / (precision + recall)
    }

    var figures: [String: Double] { ["correct": Double(correct), "predicted": Double(predicted), "wanted": Double(wanted)] }
}
