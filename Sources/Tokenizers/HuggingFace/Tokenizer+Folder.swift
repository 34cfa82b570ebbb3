import ModelFiles

extension Tokenizer {
    /// The tokenizer of a folder as models are published in: `tokenizer.json`, or else `tokenizer.model`, or else the lists of
    /// older models (`vocab.json` with `merges.txt`, `vocab.txt`), and what the files beside say of it.
    package init(folder path: String) throws(TokenizerError) {
        let folder = try TokenizerFolder(path)
        if let document = try TokenizerFolder.document("\(path)/tokenizer.json") {
            self.init(try folder.parts(of: document, source: "\(path)/tokenizer.json"))
        } else if try TokenizerFolder.bytes("\(path)/tokenizer.model") != nil {
            try self.init(vocabulary: folder.vocabulary(sentencePieceModel: "\(path)/tokenizer.model"))
        } else if let document = try OlderVocabulary(folder).document() {
            self.init(try folder.parts(of: document, source: path))
        } else {
            throw TokenizerError(.file(.noTokenizer(known: OlderVocabulary.vocabularyFiles)), in: path)
        }
    }

    /// The text of a folder's template for conversations, if it has one. No vocabulary is read.
    package static func chatTemplate(inFolder path: String) throws(TokenizerError) -> String? {
        try TokenizerFolder(path).chatTemplate()
    }
}

extension TokenizerFolder {
    /// The parts that a `tokenizer.json` describes, with what the other files say.
    fileprivate func parts(of document: JSONValue, source: String) throws(TokenizerError) -> Tokenizer.Parts {
        let file = try TokenizerFile(document, further: try addedTokens(), source: source)
        var parts = try file.parts()
        func identifier(_ role: String, or other: String? = nil) throws(TokenizerError) -> Int32? {
            try token(role, or: other).flatMap(file.table.identifier).map { Int32($0) }
        }
        parts.bos = try identifier("bos_token", or: "cls_token")
        parts.eos = try identifier("eos_token", or: "sep_token")
        if parts.unknown == nil { parts.unknown = try identifier("unk_token") }
        if let adds = try setting("add_bos_token"), let bos = parts.bos { parts.frame.setBeginning(bos, adds) }
        if let adds = try setting("add_eos_token"), let eos = parts.eos { parts.frame.setEnd(eos, adds) }
        let ends = try endsOfGeneration().filter(file.table.pieces.indices.contains).map { Int32($0) }
        parts.endOfGeneration = Set(ends).union(parts.eos.map { [$0] } ?? [])
        parts.chatTemplate = try chatTemplate()
        return parts
    }

    /// The vocabulary of a SentencePiece model, with what the other files say.
    func vocabulary(sentencePieceModel path: String) throws(TokenizerError) -> Vocabulary {
        var vocabulary = try Vocabulary(sentencePieceModel: path)
        for token in try addedTokens() { try vocabulary.add(token) }
        vocabulary.chatTemplate = try chatTemplate()
        vocabulary.addsBeginning = try setting("add_bos_token") ?? vocabulary.addsBeginning
        vocabulary.addsEnd = try setting("add_eos_token") ?? vocabulary.addsEnd
        vocabulary.furtherEnds = try endsOfGeneration().filter((0..<vocabulary.pieces.count).contains)
        return vocabulary
    }
}

extension Vocabulary {
    /// Enters a token that the files beside a model add to it at its end.
    fileprivate mutating func add(_ token: AddedToken) throws(TokenizerError) {
        guard let identifier = token.identifier, identifier >= pieces.count else { return }
        guard identifier < pieces.count * 2 + 65_536, identifier < Self.mostPieces else {
            throw TokenizerError(.file(.farToken(identifier, count: pieces.count)), in: source)
        }
        while pieces.count <= identifier {
            let isHole = pieces.count < identifier
            pieces.append((isHole ? "" : token.content).utf8)
            types.append((isHole ? TokenType.unused : token.isSpecial ? .control : .userDefined).rawValue)
            if !scores.isEmpty { scores.append(0) }
        }
    }
}
