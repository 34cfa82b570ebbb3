import ModelFiles

/// A request to `/v1/embeddings`.
struct EmbeddingRequest: Sendable {
    /// What is to be embedded.
    enum Input: Sendable {
        case texts([[UInt8]])
        case tokens([[Int32]])
    }
    /// How vectors are written.
    enum Encoding: String, Sendable {
        case float
        /// Numbers of four bytes each, the lowest first, as OpenAI's clients ask for them.
        case base64
    }

    let model: String?
    let input: Input
    let encoding: Encoding
    let dimensions: Int?

    /// As OpenAI's API has it.
    private static let mostInputs = 2048

    init(_ value: JSONValue) throws(APIError) {
        var fields = try Fields(value)
        model = try fields.string("model")
        guard let wanted = fields.value("input") else { throw fields.missing("input") }
        guard let input = Self.input(wanted) else {
            throw fields.mistyped(
                "input", "a string, an array of tokens, or an array of up to \(Self.mostInputs) of either, none of them empty")
        }
        self.input = input
        let name = try fields.string("encoding_format") ?? Encoding.float.rawValue
        guard let encoding = Encoding(rawValue: name) else { throw fields.mistyped("encoding_format", "\"float\" or \"base64\"") }
        self.encoding = encoding
        dimensions = try fields.integer("dimensions", in: 1...Int(Int32.max))
        fields.passOver("user")
        try fields.finish()
    }

    private static func input(_ value: JSONValue) -> Input? {
        if let text = value.string { return text.isEmpty ? nil : .texts([Array(text.utf8)]) }
        guard let array = value.array, !array.isEmpty else { return nil }
        if let tokens = tokens(value) { return .tokens([tokens]) }
        guard array.count <= mostInputs else { return nil }
        let texts = array.compactMap(\.string).filter { !$0.isEmpty }
        if texts.count == array.count { return .texts(texts.map { Array($0.utf8) }) }
        let lists = array.compactMap(tokens)
        return lists.count == array.count ? .tokens(lists) : nil
    }

    private static func tokens(_ value: JSONValue) -> [Int32]? {
        guard let array = value.array, !array.isEmpty else { return nil }
        let tokens = array.compactMap { $0.wholeNumber.flatMap(Int32.init(exactly:)) }
        return tokens.count == array.count ? tokens : nil
    }
}
