import ModelFiles

/// The tokens that go around two texts which are read together: a query and a passage.
package struct PairFrame: Sendable, Equatable {
    package internal(set) var before: [Int32] = []
    package internal(set) var between: [Int32] = []
    package internal(set) var after: [Int32] = []
    /// Whether the second text, and what follows it, has the second token type.
    package internal(set) var marksSecond = false

    /// All tokens around the texts.
    var tokens: [Int32] { before + between + after }

    /// The tokens of a pair.
    /// - Returns: the tokens, and where those of the second type begin, if there are any.
    package func framing(_ first: [Int32], _ second: [Int32]) -> (tokens: [Int32], secondPart: Int?) {
        let opening = before + first + between
        return (opening + second + after, marksSecond ? opening.count : nil)
    }
}

extension Vocabulary {
    /// The tokens around two texts, by those around one. Only models whose texts end in a token read two of them together.
    func pairFrame(_ frame: TextFrame, separator: Int32?) -> PairFrame? {
        guard !frame.after.isEmpty else { return nil }
        let more = addsSeparator == true ? separator.map { [$0] } ?? [] : []
        return PairFrame(before: frame.before, between: frame.after + more, after: frame.after, marksSecond: model == .wordPiece)
    }
}

extension TokenizerComponent {
    /// The tokens that a post-processor puts around two texts; nil where it does not say, or says what is not supported.
    func pairFrame() throws(TokenizerError) -> PairFrame? {
        switch try kind() {
        case "Sequence":
            for part in try parts("processors") {
                if let frame = try part.pairFrame() { return frame }
            }
            return nil
        case "BertProcessing":
            let end = try namedToken("sep")
            return PairFrame(before: [try namedToken("cls")], between: [end], after: [end], marksSecond: true)
        case "RobertaProcessing":
            let end = try namedToken("sep")
            return PairFrame(before: [try namedToken("cls")], between: [end, end], after: [end])
        case "TemplateProcessing": return templatePairFrame()
        default: return nil
        }
    }

    /// Supported are templates in which everything before the second text has the first type, and all that follows the type of that text.
    private func templatePairFrame() -> PairFrame? {
        var frame = PairFrame(), texts = 0
        for item in value("pair")?.array ?? [] {
            let token = item.object?["SpecialToken"]?.object, text = item.object?["Sequence"]?.object
            guard let type = (token ?? text)?["type_id"]?.integer, let name = (token ?? text)?["id"]?.string else { return nil }
            if text != nil {
                guard texts < 2, name == ["A", "B"][texts] else { return nil }
                texts += 1
                if texts == 2 { frame.marksSecond = type == 1 }
            }
            guard type == (texts == 2 && frame.marksSecond ? 1 : 0) else { return nil }
            guard token != nil else { continue }
            guard let ids = try? templateTokens(name) else { return nil }
            switch texts {
            case 0: frame.before += ids
            case 1: frame.between += ids
            default: frame.after += ids
            }
        }
        return texts == 2 ? frame : nil
    }
}
