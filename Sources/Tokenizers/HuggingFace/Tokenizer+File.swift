import Foundation
import ModelFiles

extension Tokenizer {
    /// The tokenizer of whatever is at `path`: a GGUF file, a `tokenizer.json`, a `tokenizer.model`, or a folder that holds one.
    package init(modelAt path: String) throws(TokenizerError) {
        if FileManager.default.isFolder(atPath: path) {
            try self.init(folder: path)
        } else if path.hasSuffix(".json") {
            try self.init(tokenizerFile: path)
        } else if path.hasSuffix(".model") {
            try self.init(vocabulary: Vocabulary(sentencePieceModel: path))
        } else {
            let model: GGUFModel
            do { model = try GGUFModel(path: path) } catch { throw TokenizerError(.unreadable(error), in: path) }
            try self.init(vocabulary: Vocabulary(metadata: model.metadata, source: path))
        }
    }

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
