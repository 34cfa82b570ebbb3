/// Turns text into the numbers that a model reads, and back.
///
/// Text is bytes: ill-formed UTF-8 is encoded too, and comes back from its tokens as it was.
package struct Tokenizer: Sendable {
    /// The number of pieces: token ids are below it.
    package let vocabularyCount: Int
    /// The token for the beginning of a text.
    package let bos: Int32?
    /// The token for the end of a text.
    package let eos: Int32?
    package let unknown: Int32?
    /// Whether `encode(addSpecial: true)` puts `bos` first.
    package let addsBOS: Bool
    /// Whether `encode(addSpecial: true)` puts `eos` last.
    package let addsEOS: Bool
    /// Tokens after which a model has nothing more to say.
    package let endOfGeneration: Set<Int32>
    /// The template for conversations that the file brings.
    package let chatTemplate: String?

    let model: any SubwordModel
    let types: [Vocabulary.TokenType]
    let specialTokens: SpecialTokens

    /// Tokens that end generation by their name, where the file forgets to say so.
    private static let endingNames = ["<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|endoftext|>", "</s>"]

    /// Checks the vocabulary and builds its tables, in time and memory proportional to its size.
    package init(vocabulary: Vocabulary) throws(TokenizerError) {
        let types = try vocabulary.checkedTypes()
        var addsBeginning: Bool
        switch vocabulary.model {
        case .sentencePiece:
            model = try SentencePieceBPE(vocabulary, types: types)
            addsBeginning = true
        case .byteLevel:
            let preTokenizer = try PreTokenizer.named(vocabulary.preTokenizer, source: vocabulary.source)
            model = try ByteLevelBPE(vocabulary, types: types, preTokenizer: preTokenizer)
            addsBeginning = preTokenizer.addsBeginning
        }
        addsBeginning = vocabulary.addsBeginning ?? addsBeginning
        self.types = types
        let specialTokens = SpecialTokens(vocabulary.pieces, types: types)
        self.specialTokens = specialTokens
        vocabularyCount = vocabulary.pieces.count
        let roles = vocabulary.identifiers.mapValues { Int32($0) }
        bos = roles[.beginning]
        eos = roles[.end]
        unknown = roles[.unknown]
        addsBOS = addsBeginning && bos != nil
        addsEOS = (vocabulary.addsEnd ?? false) && eos != nil
        endOfGeneration = Set([.end, .endOfTurn, .endOfMessage].compactMap { (role: Vocabulary.Role) in roles[role] })
            .union(Self.endingNames.compactMap { specialTokens.identifier(of: Array($0.utf8)) })
        chatTemplate = vocabulary.chatTemplate
    }

    /// The token whose text is `piece`, if it is a control, unknown or user-defined token.
    package func id(ofSpecial piece: String) -> Int32? {
        specialTokens.identifier(of: Array(piece.utf8))
    }

    /// Whether the token is for control and says nothing.
    package func isSpecial(_ id: Int32) -> Bool {
        guard types.indices.contains(Int(id)) else { return false }
        return types[Int(id)] == .control || types[Int(id)] == .unknown
    }
}

// MARK: - Encoding

extension Tokenizer {
    /// The tokens of a text.
    ///
    /// - Parameters:
    ///   - addSpecial: adds the tokens for the beginning and the end where the vocabulary asks for them.
    ///   - parseSpecial: reads the names of control tokens in the text as those tokens. Leave it off for text that others
    ///     wrote. Names of user-defined tokens are always read so.
    ///   - continuesText: the text goes on from other text, so that it gets no space prefix of its own.
    package func encode(
        _ text: [UInt8], addSpecial: Bool = false, parseSpecial: Bool = false, continuesText: Bool = false
    ) -> [Int32] {
        encodeWithOffsets(text, addSpecial: addSpecial, parseSpecial: parseSpecial, continuesText: continuesText).ids
    }

    package func encode(_ text: some StringProtocol, addSpecial: Bool = false, parseSpecial: Bool = false) -> [Int32] {
        encode(Array(text.utf8), addSpecial: addSpecial, parseSpecial: parseSpecial)
    }

    package func encodeWithOffsets(
        _ text: some StringProtocol, addSpecial: Bool = false, parseSpecial: Bool = false
    ) -> TokenizedText {
        encodeWithOffsets(Array(text.utf8), addSpecial: addSpecial, parseSpecial: parseSpecial)
    }

    /// The tokens of a text and where each of them ends in it, in O(n log n) at worst.
    package func encodeWithOffsets(
        _ text: [UInt8], addSpecial: Bool = false, parseSpecial: Bool = false, continuesText: Bool = false
    ) -> TokenizedText {
        var workspace = EncodingWorkspace(byteCount: text.count, continuesText: continuesText)
        return encodeWithOffsets(text, addSpecial: addSpecial, parseSpecial: parseSpecial, with: &workspace)
    }

    /// The same with a workspace whose counts of work can be looked at afterwards. It must be fresh: it remembers this text.
    func encodeWithOffsets(
        _ text: [UInt8], addSpecial: Bool, parseSpecial: Bool, with workspace: inout EncodingWorkspace
    ) -> TokenizedText {
        var output = TokenizedText()
        output.reserveCapacity(text.count / 4 + 2)
        if addSpecial, addsBOS, let bos { output.append(bos, end: 0) }
        var start = 0
        while start < text.count {
            let match = specialTokens.next(in: text, from: start, includingControl: parseSpecial)
            let end = match?.range.lowerBound ?? text.count
            if start < end {
                model.encode(text, start..<end, with: &workspace, into: &output)
                output.extendLast(to: end)
            }
            if let match { output.append(match.identifier, end: match.range.upperBound) }
            start = match?.range.upperBound ?? text.count
        }
        if addSpecial, addsEOS, let eos { output.append(eos, end: text.count) }
        return output
    }
}
