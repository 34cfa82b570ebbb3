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
    /// The tokens that `encode(addSpecial: true)` puts around a text.
    package let frame: TextFrame
    /// The tokens around two texts that are read together; nil where the files do not say.
    package let pairFrame: PairFrame?
    /// Whether `encode(addSpecial: true)` puts `bos` first.
    package var addsBOS: Bool { bos != nil && frame.before.first == bos }
    /// Whether `encode(addSpecial: true)` puts `eos` last.
    package var addsEOS: Bool { eos != nil && frame.after.last == eos }
    /// Tokens after which a model has nothing more to say.
    package let endOfGeneration: Set<Int32>
    /// The template for conversations that the file brings.
    package let chatTemplate: String?

    let model: any SubwordModel
    let types: [Vocabulary.TokenType]
    /// Whether user-defined tokens stand in the midst of text rather than between stretches of it.
    let userDefinedPiecesAreText: Bool
    /// How pieces become text where the file says so; nil: they say what `model.texts` holds.
    let decoder: TokenDecoder?
    let specialTokens: SpecialTokens
    let sharedTree = SharedTokenTree()

    /// Tokens that end generation by their name, where the file forgets to say so.
    private static let endingNames = ["<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|endoftext|>", "</s>"]

    /// Checks the vocabulary and builds its tables, in time and memory proportional to its size.
    package init(vocabulary: Vocabulary) throws(TokenizerError) {
        let types = try vocabulary.checkedTypes()
        let (model, convention) = try Self.model(vocabulary, types: types)
        self.model = model
        self.types = types
        userDefinedPiecesAreText = vocabulary.userDefinedPiecesAreText
        let specialTokens = SpecialTokens(vocabulary.pieces, types: types, userDefinedPiecesAreText: userDefinedPiecesAreText)
        self.specialTokens = specialTokens
        vocabularyCount = vocabulary.pieces.count
        let roles = vocabulary.identifiers.mapValues { Int32($0) }
        bos = roles[.beginning]
        eos = roles[.end] ?? roles[.separator]
        unknown = roles[.unknown]
        frame = TextFrame(
            before: (vocabulary.addsBeginning ?? convention.addsBeginning ? bos : nil).map { [$0] } ?? [],
            after: (vocabulary.addsEnd ?? convention.addsEnd ? eos : nil).map { [$0] } ?? [])
        pairFrame = vocabulary.pairFrame(frame, separator: roles[.separator] ?? eos)
        decoder = nil
        endOfGeneration = Set([.end, .endOfTurn, .endOfMessage].compactMap { (role: Vocabulary.Role) in roles[role] })
            .union(Self.endingNames.compactMap { specialTokens.identifier(of: Array($0.utf8)) })
            .union(vocabulary.furtherEnds.map { Int32($0) })
        chatTemplate = vocabulary.chatTemplate
    }

    /// Puts a tokenizer together from parts that fit each other.
    init(_ parts: Parts) {
        model = parts.model
        types = parts.types
        userDefinedPiecesAreText = false
        specialTokens = parts.specialTokens
        vocabularyCount = parts.types.count
        (bos, eos, unknown) = (parts.bos, parts.eos, parts.unknown)
        frame = parts.frame
        pairFrame = parts.pairFrame
        decoder = parts.decoder
        endOfGeneration = parts.endOfGeneration
            .union(Self.endingNames.compactMap { parts.specialTokens.identifier(of: Array($0.utf8)) })
        chatTemplate = parts.chatTemplate
    }

    /// What a tokenizer is made of.
    struct Parts {
        var model: any SubwordModel
        var types: [Vocabulary.TokenType]
        var specialTokens: SpecialTokens
        var decoder: TokenDecoder?
        var frame = TextFrame()
        var pairFrame: PairFrame?
        var bos: Int32?
        var eos: Int32?
        var unknown: Int32?
        var endOfGeneration: Set<Int32> = []
        var chatTemplate: String?
    }

    /// The model, and whether tokens for the beginning and the end are usual with it.
    private static func model(
        _ vocabulary: Vocabulary, types: [Vocabulary.TokenType]
    ) throws(TokenizerError) -> (model: any SubwordModel, convention: (addsBeginning: Bool, addsEnd: Bool)) {
        switch vocabulary.model {
        case .sentencePiece:
            let model = try SentencePieceBPE(vocabulary, types: types)
            return (try vocabulary.normalizing(model, types: types), (true, false))
        case .byteLevel:
            let preTokenizer = try PreTokenizer.named(vocabulary.preTokenizer, source: vocabulary.source)
            let model = try ByteLevelBPE(vocabulary, types: types, preTokenizer: preTokenizer)
            return (model, (preTokenizer.addsBeginning, false))
        case .unigram:
            return (try vocabulary.normalizing(Unigram(vocabulary, types: types), types: types), (false, true))
        case .wordPiece:
            return (try WordPiece(vocabulary, types: types), (true, true))
        }
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
        var workspace = EncodingWorkspace(byteCount: text.count, continuesText: continuesText, readsControl: parseSpecial)
        return encodeWithOffsets(text, addSpecial: addSpecial, with: &workspace)
    }

    /// The same with a workspace whose counts of work can be looked at afterwards. It must be fresh: it remembers this text.
    func encodeWithOffsets(
        _ text: [UInt8], addSpecial: Bool, with workspace: inout EncodingWorkspace
    ) -> TokenizedText {
        var output = TokenizedText()
        output.reserveCapacity(text.count / 4 + 2)
        if addSpecial { frame.before.forEach { output.append($0, end: 0) } }
        var start = 0
        while start < text.count {
            let match = specialTokens.next(in: text, from: start, includingControl: workspace.readsControl)
            let end = match?.range.lowerBound ?? text.count
            if start < end {
                model.encode(text, start..<end, with: &workspace, into: &output)
                output.extendLast(to: end)
            }
            if let match { output.append(match.identifier, end: match.range.upperBound) }
            start = match?.range.upperBound ?? text.count
        }
        if addSpecial { frame.after.forEach { output.append($0, end: text.count) } }
        return output
    }
}
