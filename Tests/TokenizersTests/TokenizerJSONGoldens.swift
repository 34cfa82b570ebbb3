import ApusTesting
import ModelFiles
import Testing

@testable import Tokenizers

/// What `Scripts/make-tokenizer-json-goldens.py` wrote.
enum TokenizerJSONGoldens {
    static func fixture() throws -> JSONObject { try loaded.get() }

    private static let loaded = Result { try load("tokenizer-json.json") }

    /// What published tokenizers make of the same texts.
    static func real() throws -> JSONObject { try load("tokenizer-json-real.json") }

    private static func load(_ name: String) throws -> JSONObject {
        try #require(try JSONValue(path: ExternalData.fixture("tokenizers/\(name)")).object)
    }

    static func strings(_ value: JSONValue?) -> [String] { (value?.array ?? []).map { $0.string ?? "" } }
    static func integers(_ value: JSONValue?) -> [Int] { (value?.array ?? []).compactMap(\.integer) }

    static func texts() throws -> [String] { strings(try fixture()["texts"]) }

    /// The members of a list of objects.
    static func cases(_ name: String) throws -> [JSONObject] { (try fixture()[name]?.array ?? []).compactMap(\.object) }

    static func component(_ value: JSONValue?) throws -> TokenizerComponent {
        try TokenizerComponent(try #require(value), path: "test", source: "test", depth: 1)
    }
}

/// A small tokenizer of the goldens.
struct GoldenPipeline: Sendable, CustomTestStringConvertible {
    let name: String
    let members: JSONObject

    var testDescription: String { name }

    static let all: [GoldenPipeline] =
        ((try? TokenizerJSONGoldens.cases("pipelines")) ?? []).map { GoldenPipeline(name: $0["name"]?.string ?? "", members: $0) }

    /// The `tokenizer.json`.
    func document() throws -> JSONObject {
        var document = try #require(members["file"]?.object)
        let model = try #require(members["model"]?.string)
        document["model"] = try TokenizerJSONGoldens.fixture()["models"]?.object?[model]
        return document
    }

    func tokenizer() throws -> Tokenizer {
        Tokenizer(try TokenizerFile(.object(try document()), source: name).parts())
    }

    func integers(_ name: String) -> [[Int]] { (members[name]?.array ?? []).map(TokenizerJSONGoldens.integers) }
    var decoded: [String] { TokenizerJSONGoldens.strings(members["decoded"]) }
}
