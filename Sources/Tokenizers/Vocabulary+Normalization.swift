extension Vocabulary {
    /// The model with the normalisation that the vocabulary asks for, if any.
    func normalizing(_ model: some SubwordModel, types: [TokenType]) throws(TokenizerError) -> any SubwordModel {
        var normalizer = SentencePieceNormalizer()
        if !characterMap.isEmpty {
            guard let map = PrecompiledCharacterMap(characterMap) else { throw TokenizerError(.invalidCharacterMap, in: source) }
            normalizer.map = map
        }
        normalizer.removesExtraSpaces = removesExtraSpaces
        normalizer.readsSpaceMarks = model.givesUnknown
        if userDefinedPiecesAreText, types.contains(.userDefined) {
            normalizer.userDefined = PieceTrie(pieces) { types[$0] == .userDefined }
        }
        return normalizer.changesNothing ? model : NormalizingModel(model: model, normalizer: normalizer)
    }
}
