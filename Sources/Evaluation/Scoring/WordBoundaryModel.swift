import ModelFiles

/// A hidden Markov model of the places of characters in Chinese words: at the beginning, in the middle, at the end, or alone.
struct WordBoundaryModel: Sendable {
    /// As in the files: B, M, E, S.
    private enum Place: Int, CaseIterable {
        case beginning, middle, end, single

        var name: String { ["B", "M", "E", "S"][rawValue] }
        /// What may stand before it. Of ways alike, the one whose letter comes later in the alphabet counts.
        var before: [Place] {
            switch self {
            case .beginning, .single: [.end, .single]
            case .middle, .end: [.beginning, .middle]
            }
        }
    }

    private let starts: [Double]
    private let steps: [[Double]]
    private let emissions: [[Unicode.Scalar: Double]]

    /// The logarithm of what cannot be.
    private static let impossible = -3.14e100

    /// - Parameter folder: with `prob_start.py`, `prob_trans.py` and `prob_emit.py`.
    init(folder: String) throws(EvaluationError) {
        let start = try Self.table("prob_start", in: folder), steps = try Self.table("prob_trans", in: folder)
        let emissions = try Self.table("prob_emit", in: folder)
        starts = Place.allCases.map { start[$0.name]?.number ?? Self.impossible }
        self.steps = Place.allCases.map { from in Place.allCases.map { steps[from.name]?.object?[$0.name]?.number ?? Self.impossible } }
        self.emissions = Place.allCases.map { place in
            var values: [Unicode.Scalar: Double] = [:]
            for (character, value) in emissions[place.name]?.object ?? JSONObject() {
                if let scalar = character.unicodeScalars.first { values[scalar] = value.number }
            }
            return values
        }
    }

    /// A dictionary that a file of Python assigns to `P`. It is JSON but for its quotation marks.
    private static func table(_ name: String, in folder: String) throws(EvaluationError) -> JSONObject {
        let path = "\(folder)/\(name).py", text = try PublishedFile.text(path)
        let json = text[(text.firstRange(of: "P=")?.upperBound ?? text.startIndex)...].replacing("'", with: "\"")
        guard let value = try? JSONValue(parsing: Array(json.utf8), path: path), let table = value.object else {
            throw .badRecord(file: path, place: "the whole", reason: "it is no table of jieba's")
        }
        return table
    }

    /// Characters cut into words; only those of the CJK block are cut, and numbers and Latin words stay whole.
    func words(of text: CodePoints) -> [CodePoints] {
        text.runs { ("\u{4E00}"..."\u{9FD5}").contains($0) }.flatMap { $0.isInside ? cut($0.text) : Self.latin($0.text) }
    }

    private func cut(_ text: CodePoints) -> [CodePoints] {
        var words: [CodePoints] = []
        for (scalar, place) in zip(text, likeliest(text)) {
            if place == .middle || place == .end, !words.isEmpty { words[words.count - 1].append(scalar) } else { words.append([scalar]) }
        }
        return words
    }

    /// The likeliest places of characters. (Viterbi, Error bounds for convolutional codes, 1967.)
    private func likeliest(_ text: CodePoints) -> [Place] {
        var values = Place.allCases.map { starts[$0.rawValue] + emission($0, text[0]) }, ways: [[Place]] = []
        for scalar in text.dropFirst() {
            let best = Place.allCases.map { step(to: $0, values, scalar) }
            values = best.map(\.value)
            ways.append(best.map(\.before))
        }
        var place: Place = values[Place.single.rawValue] >= values[Place.end.rawValue] ? .single : .end
        var places = [place]
        for way in ways.reversed() {
            place = way[place.rawValue]
            places.append(place)
        }
        return places.reversed()
    }

    private func emission(_ place: Place, _ scalar: Unicode.Scalar) -> Double { emissions[place.rawValue][scalar] ?? Self.impossible }

    /// The likeliest way to a place from those that may stand before it.
    private func step(to place: Place, _ values: [Double], _ scalar: Unicode.Scalar) -> (value: Double, before: Place) {
        let emission = emission(place, scalar)
        var best: (value: Double, before: Place) = (-.infinity, .single)
        for before in place.before {
            let value = values[before.rawValue] + steps[before.rawValue][place.rawValue] + emission
            if value > best.value || (value == best.value && before.name > best.before.name) { best = (value, before) }
        }
        return best
    }

    /// Numbers with what belongs to them, and what is between them.
    private static func latin(_ text: CodePoints) -> [CodePoints] {
        var parts: [CodePoints] = [], start = 0
        func append(_ part: ArraySlice<Unicode.Scalar>) { if !part.isEmpty { parts.append(CodePoints(part)) } }
        while let begin = text[start...].firstIndex(where: \.isASCIIAlphanumeric) {
            append(text[start..<begin])
            var end = text[begin...].firstIndex { !$0.isASCIIAlphanumeric } ?? text.count
            if end < text.count, text[end] == "." {
                let digits = text[(end + 1)...].prefix(while: \.isDecimalDigit)
                if !digits.isEmpty { end = digits.endIndex }
            }
            if end < text.count, text[end] == "%" { end += 1 }
            append(text[begin..<end])
            start = end
        }
        append(text[start...])
        return parts
    }
}
