import ModelFiles

/// The files of a model's folder that have to do with its tokenizer. All may be missing but one that holds the vocabulary.
struct TokenizerFolder {
    let path: String
    private let configuration: TokenizerComponent
    private let specialTokens: TokenizerComponent
    private let generation: TokenizerComponent

    init(_ path: String) throws(TokenizerError) {
        self.path = path
        func read(_ name: String) throws(TokenizerError) -> TokenizerComponent {
            let document = try Self.document("\(path)/\(name)") ?? [:]
            return try TokenizerComponent(document, path: name, source: "\(path)/\(name)")
        }
        configuration = try read("tokenizer_config.json")
        specialTokens = try read("special_tokens_map.json")
        generation = try read("generation_config.json")
    }

    /// What a JSON file holds; nil where there is none.
    static func document(_ path: String) throws(TokenizerError) -> JSONValue? {
        try found(path, JSONValue.init(path:))
    }

    /// The bytes of a file; nil where there is none.
    static func bytes(_ path: String) throws(TokenizerError) -> [UInt8]? {
        try found(path, FileBytes.read(path:))
    }

    private static func found<Contents>(
        _ path: String, _ read: (String) throws(ModelFileError) -> Contents
    ) throws(TokenizerError) -> Contents? {
        do {
            return try read(path)
        } catch {
            if error.kind == .missingInput { return nil }
            throw TokenizerError(.unreadable(error), in: path)
        }
    }

    // MARK: - What the files say

    /// The name of the Python class that the model was published with, without its ending for the quick variant.
    func className() throws(TokenizerError) -> String? {
        let name = try configuration.optionalString("tokenizer_class")
        return name.map { $0.hasSuffix("Fast") ? String($0.dropLast(4)) : $0 }
    }

    func setting(_ name: String) throws(TokenizerError) -> Bool? {
        configuration.value(name) == nil ? nil : try configuration.bool(name, or: false)
    }

    /// The text of the token with a part to play, such as `eos_token`; where it is not given, of another one.
    func token(_ name: String, or other: String? = nil) throws(TokenizerError) -> String? {
        for name in [name, other].compactMap(\.self) {
            if let token = try onlyToken(name) { return token }
        }
        return nil
    }

    private func onlyToken(_ name: String) throws(TokenizerError) -> String? {
        for part in [configuration, specialTokens] {
            guard let value = part.value(name) else { continue }
            guard let content = value.string ?? value.object?["content"]?.string else {
                throw part.invalid(name, expected: "a token")
            }
            return content
        }
        return nil
    }

    /// The tokens that the settings list with their numbers.
    func addedTokens() throws(TokenizerError) -> [AddedToken] {
        var tokens: [AddedToken] = []
        if let listed = try configuration.part("added_tokens_decoder") {
            for (number, value) in listed.members {
                var token = try AddedToken(TokenizerComponent(value, path: "added_tokens_decoder.\(number)", source: listed.source))
                guard let identifier = Int(number) else { throw listed.invalid(number, expected: "under the number of a token") }
                token.identifier = identifier
                tokens.append(token)
            }
        }
        return tokens.sorted { ($0.identifier ?? 0) < ($1.identifier ?? 0) }
    }

    /// The numbers that end a reply according to `generation_config.json`.
    func endsOfGeneration() throws(TokenizerError) -> [Int] {
        guard let value = generation.value("eos_token_id") else { return [] }
        let numbers = value.array ?? [value]
        let identifiers = numbers.compactMap(\.integer)
        guard identifiers.count == numbers.count else { throw generation.invalid("eos_token_id", expected: "numbers of tokens") }
        return identifiers
    }

    /// The template for conversations: a file of its own, or one in the settings, where of several with names the one called
    /// default is meant.
    func chatTemplate() throws(TokenizerError) -> String? {
        if let text = try Self.bytes("\(path)/chat_template.jinja") { return String(decoding: text, as: UTF8.self) }
        guard let value = configuration.value("chat_template") else { return nil }
        if let text = value.string { return text }
        let templates = try configuration.parts("chat_template")
        for part in templates where try part.string("name") == "default" { return try part.string("template") }
        return try templates.first?.string("template")
    }
}
