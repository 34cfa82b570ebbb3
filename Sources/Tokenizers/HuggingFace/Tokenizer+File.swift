import ModelFiles

extension Tokenizer {
    /// The tokenizer that a `tokenizer.json` describes, without what other files of its folder say.
    package init(tokenizerFile path: String) throws(TokenizerError) {
        self.init(try TokenizerFile(JSONValue(tokenizerFile: path), source: path).parts())
    }

    /// The same from the file's text, wherever it came from.
    package init(tokenizerJSON bytes: [UInt8], source: String) throws(TokenizerError) {
        let document: JSONValue
        do { document = try JSONValue(parsing: bytes, path: source) } catch { throw TokenizerError(.unreadable(error), in: source) }
        self.init(try TokenizerFile(document, source: source).parts())
    }
}

extension JSONValue {
    /// Reads a file of a tokenizer's folder.
    init(tokenizerFile path: String) throws(TokenizerError) {
        do { self = try JSONValue(path: path) } catch { throw TokenizerError(.unreadable(error), in: path) }
    }
}
