/// LongBench's scores by rule. (Bai et al., LongBench: A bilingual, multitask benchmark for long context understanding, 2024.)
enum LongBenchScores {
    /// Sheets of few-shot tasks count the first line of a reply only.
    static func firstLine(_ reply: String) -> String {
        String(reply.unicodeScalars.drop { $0 == "\n" }.prefix { $0 != "\n" })
    }

    /// The share of the numbers in a reply that are the one.
    static func count(_ reply: String, of number: CodePoints) -> Double {
        let numbers = reply.codePoints.numbers
        return numbers.isEmpty ? 0 : Double(numbers.count { $0 == number }) / Double(numbers.count)
    }

    /// The same for a reference that says the number behind a word: "Paragraph 12", "段落27". Worth nothing where it says none.
    static func retrieval(_ reply: String, _ reference: String, behind word: String) -> Double {
        let reference = reference.codePoints, word = word.codePoints
        var start = 0
        while let place = reference.find(word, from: start) {
            let number = reference[(place + word.count)...].prefix(while: \.isDecimalDigit)
            if !number.isEmpty { return count(reply, of: Array(number)) }
            start = place + 1
        }
        return 0
    }

    /// One over the number of classes that a reply names, if the right one is among them. Of those that are part of the right one's name
    /// the published scorer overlooks each that follows one it has struck out; so does this.
    static func classification(_ reply: String, _ reference: String, classes: [String]) -> Double {
        let reply = reply.codePoints, gold = reference.codePoints
        var named = classes.map(\.codePoints).filter(reply.holds), place = 0
        while place < named.count {
            let name = named[place]
            if name != gold, gold.holds(name) { named.removeAll(first: name) }
            place += 1
        }
        return named.contains(gold) ? 1 / Double(named.count) : 0
    }

    /// How alike a line of code and the first line of a reply are that has no comment and no fence.
    static func code(_ reply: String, _ reference: String) -> Double {
        let lines = reply.codePoints.drop { $0 == "\n" }.split(separator: "\n", omittingEmptySubsequences: false)
        let line = lines.first { line in
            !line.contains("`") && !line.contains("#") && !zip(line, line.dropFirst()).contains { $0 == "/" && $1 == "/" }
        }
        return SequenceMatcher.similarity(line.map { Array($0) } ?? [], reference.codePoints)
    }
}

extension [CodePoints] {
    /// Removes the first element that is equal.
    fileprivate mutating func removeAll(first element: CodePoints) {
        if let place = firstIndex(of: element) { remove(at: place) }
    }
}
