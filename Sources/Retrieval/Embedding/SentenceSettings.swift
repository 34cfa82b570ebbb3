import Foundation
import ModelFiles

/// What the files of a `sentence-transformers` folder say about making vectors of texts.
package struct SentenceSettings {
    /// Where the transformer's own files lie.
    package var modelFolder: String
    var pooling: Pooling?
    /// Whether vectors are brought to a length of 1; nil where the folder does not say.
    var normalizes: Bool?
    /// The most tokens of a text, if that is less than the model could read.
    var window: Int?
    var lowercases = false
    /// What the model wants before every text for which nothing else is asked.
    var prefix = ""

    /// - Throws: `EmbeddingError` or `ModelFileError` for files that are damaged or ask for what is not supported.
    package init(folder: String) throws {
        modelFolder = folder
        guard let modules = try Self.json("modules.json", in: folder) else { return }
        normalizes = false
        let file = folder + "/modules.json"
        guard let list = modules.array else { throw EmbeddingError.invalidSetting("its content", file: file, expected: "a list") }
        for module in list {
            guard let type = module.object?["type"]?.string, let path = module.object?["path"]?.string, Self.isInside(path) else {
                throw EmbeddingError.invalidSetting("a module", file: file, expected: "an object with a type and a path inside the folder")
            }
            try read(String(type.split(separator: ".").last ?? ""), in: path.isEmpty ? folder : folder + "/" + path, file: file)
        }
        try readPrompts(folder)
    }

    private mutating func read(_ type: String, in path: String, file: String) throws {
        switch type {
        case "Transformer":
            modelFolder = path
            try readTransformer(path)
        case "Pooling": pooling = try Self.pooling(path)
        case "Normalize": normalizes = true
        default: throw EmbeddingError.unsupportedModule(type, file: file)
        }
    }

    private mutating func readTransformer(_ path: String) throws {
        let name = "sentence_bert_config.json"
        guard let settings = try Self.object(name, in: path) else { return }
        if let value = settings["max_seq_length"], value != .null {
            guard let length = value.integer, length > 0 else {
                throw EmbeddingError.invalidSetting("max_seq_length", file: "\(path)/\(name)", expected: "a positive whole number")
            }
            window = length
        }
        lowercases = try Self.flag("do_lower_case", of: settings, file: "\(path)/\(name)") ?? false
    }

    /// Later versions name the pooling; earlier ones have a switch for each kind.
    private static func pooling(_ path: String) throws -> Pooling {
        let file = path + "/config.json"
        guard let settings = try object("config.json", in: path) else {
            throw EmbeddingError.invalidSetting("the file", file: file, expected: "there")
        }
        let switches = "pooling_mode_"
        var modes: [String] = []
        if let mode = settings["pooling_mode"]?.string {
            modes = [mode]
        } else {
            for (key, _) in settings where key.hasPrefix(switches) {
                if try flag(key, of: settings, file: file) == true { modes.append(String(key.dropFirst(switches.count))) }
            }
        }
        let names = ["mean_tokens": Pooling.mean, "mean": .mean, "cls_token": .cls, "cls": .cls, "lasttoken": .last]
        guard modes.count == 1, let pooling = names[modes[0]] else { throw EmbeddingError.unsupportedPooling(modes, file: file) }
        if try flag("include_prompt", of: settings, file: file) == false {
            throw EmbeddingError.unsupportedPooling(modes + ["the prompt left out"], file: file)
        }
        return pooling
    }

    private mutating func readPrompts(_ folder: String) throws {
        let name = "config_sentence_transformers.json"
        guard let settings = try Self.object(name, in: folder), let prompt = settings["default_prompt_name"]?.string else { return }
        guard let text = settings["prompts"]?.object?[prompt]?.string else {
            throw EmbeddingError.invalidSetting("prompts", file: "\(folder)/\(name)", expected: "an object with a text for \"\(prompt)\"")
        }
        prefix = text
    }

    // MARK: Files

    /// Modules lie in the folder, whatever its settings say.
    private static func isInside(_ path: String) -> Bool { !path.hasPrefix("/") && !path.split(separator: "/").contains("..") }

    private static func json(_ name: String, in folder: String) throws -> JSONValue? {
        let path = folder + "/" + name
        // Of `nil` a value would be made, JSON's null.
        guard FileManager.default.fileExists(atPath: path) else { return .none }
        return try JSONValue(path: path)
    }

    private static func object(_ name: String, in folder: String) throws -> JSONObject? {
        guard let value = try json(name, in: folder) else { return nil }
        guard let object = value.object else {
            throw EmbeddingError.invalidSetting("its content", file: "\(folder)/\(name)", expected: "an object")
        }
        return object
    }

    private static func flag(_ name: String, of settings: JSONObject, file: String) throws -> Bool? {
        guard let value = settings[name], value != .null else { return nil }
        guard let flag = value.bool else { throw EmbeddingError.invalidSetting(name, file: file, expected: "true or false") }
        return flag
    }
}
