import ModelFiles

/// The tokens that go around a text.
package struct TextFrame: Sendable, Equatable {
    package internal(set) var before: [Int32] = []
    package internal(set) var after: [Int32] = []

    /// Sees to it that the frame begins with a token, or that it does not.
    mutating func setBeginning(_ token: Int32, _ isWanted: Bool) {
        if before.first == token { before.removeFirst() }
        if isWanted { before.insert(token, at: 0) }
    }

    /// Sees to it that the frame ends with a token, or that it does not.
    mutating func setEnd(_ token: Int32, _ isWanted: Bool) {
        if after.last == token { after.removeLast() }
        if isWanted { after.append(token) }
    }
}

extension TokenizerComponent {
    private static let postProcessorKinds = ["Sequence", "TemplateProcessing", "BertProcessing", "RobertaProcessing", "ByteLevel"]

    /// The tokens that a post-processor puts around a single text.
    func textFrame() throws(TokenizerError) -> TextFrame {
        let kind = try kind()
        switch kind {
        case "Sequence":
            var frame = TextFrame()
            for part in try parts("processors") {
                let outer = try part.textFrame()
                frame = TextFrame(before: outer.before + frame.before, after: frame.after + outer.after)
            }
            return frame
        case "BertProcessing", "RobertaProcessing":
            return TextFrame(before: [try namedToken("cls")], after: [try namedToken("sep")])
        case "TemplateProcessing": return try templateFrame()
        // It changes offsets, and those are of the bytes of the text here.
        case "ByteLevel": return TextFrame()
        default: throw unknownKind(kind, known: Self.postProcessorKinds)
        }
    }

    /// The number in `["[CLS]", 101]`.
    func namedToken(_ name: String) throws(TokenizerError) -> Int32 {
        let pair = try array(name)
        guard pair.count == 2, let id = pair[1].integer, let id = Int32(exactly: id) else {
            throw invalid(name, expected: "a token and its number")
        }
        return id
    }

    private func templateFrame() throws(TokenizerError) -> TextFrame {
        var frame = TextFrame()
        var hasText = false
        for item in try array("single") {
            if let token = item.object?["SpecialToken"]?.object?["id"]?.string {
                let ids = try templateTokens(token)
                if hasText { frame.after += ids } else { frame.before += ids }
            } else if item.object?["Sequence"] != nil, !hasText {
                hasText = true
            } else {
                throw invalid("single", expected: "a list of special tokens and one sequence")
            }
        }
        guard hasText else { throw invalid("single", expected: "a list that holds the sequence") }
        return frame
    }

    func templateTokens(_ name: String) throws(TokenizerError) -> [Int32] {
        let values = try object("special_tokens")[name]?.object?["ids"]?.array
        let ids = values?.compactMap { $0.integer.flatMap { Int32(exactly: $0) } }
        guard let values, let ids, ids.count == values.count else {
            throw invalid("special_tokens", expected: "an object with the numbers of \(name)")
        }
        return ids
    }
}
