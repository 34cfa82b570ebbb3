import Foundation
import ModelFiles
import Testing

@testable import Tokenizers

/// A folder of templates and what `Scripts/make-template-goldens.py` made of conversations with them.
struct TemplateFolder: CustomTestStringConvertible, Sendable {
    let path: String
    let conversations: JSONObject
    /// By template, and for each by conversation: an object with `text` or `error`.
    let results: JSONObject

    init(path: String) throws {
        self.path = path
        let file = path + "/goldens.json"
        let object = try JSONValue(parsing: Array(Data(contentsOf: URL(fileURLWithPath: file))), path: file).object ?? JSONObject()
        conversations = object["conversations"]?.object ?? JSONObject()
        results = object["results"]?.object ?? JSONObject()
    }

    var testDescription: String { path }

    static let own = Goldens.packageRoot.appendingPathComponent("Tests/Fixtures/templates").path
    /// A folder with published templates, if one is given.
    static let given = ProcessInfo.processInfo.environment["APUS_TEMPLATES"]

    func source(of template: String) throws -> String {
        try String(contentsOfFile: "\(path)/\(template).jinja", encoding: .utf8)
    }

    /// The templates themselves.
    var sources: [String] {
        get throws { try results.map { try source(of: $0.key) } }
    }

    func input(_ conversation: JSONObject) -> ChatTemplate.Input {
        var extra = conversation
        for name in ["messages", "tools", "documents", "add_generation_prompt"] { extra[name] = nil }
        return ChatTemplate.Input(
            messages: conversation["messages"]?.array ?? [], tools: conversation["tools"]?.array,
            documents: conversation["documents"]?.array, addGenerationPrompt: conversation["add_generation_prompt"]?.bool ?? false,
            beginningToken: "<s>", endToken: "</s>", extra: extra,
            now: TemplateDate(year: 2026, month: 7, day: 4, hour: 9, minute: 5, second: 3))
    }

    /// Where the template differs from what Jinja made with it, one line each.
    func differences(of template: String, expected: JSONObject) throws -> [String] {
        let source = try source(of: template)
        let parsed = Result { () throws(ChatTemplateError) in try ChatTemplate(source: source) }
        return conversations.compactMap { name, conversation in
            guard let conversation = conversation.object, let golden = expected[name]?.object else { return "\(name): no golden" }
            let result = parsed.flatMap { template in
                Result { () throws(ChatTemplateError) in try template.render(input(conversation)) }
            }
            switch (result, golden["text"]?.string, golden["error"]?.string) {
            case (.success(let rendering), let text?, _):
                return Array(rendering.text.utf8) == Array(text.utf8) ? nil : "\(name): \(Self.difference(rendering.text, text))"
            case (.success, nil, let reason): return "\(name): it is written, and should be refused: \(reason ?? "by Jinja")"
            case (.failure(let error), nil, let reason):
                guard let reason else { return nil }
                return error.problem == .refused(reason) ? nil : "\(name): \(error), and should be refused: \(reason)"
            case (.failure(let error), _?, _): return "\(name): \(error)"
            }
        }
    }

    /// The places from the first difference on.
    private static func difference(_ found: String, _ expected: String) -> String {
        let found = Array(found.unicodeScalars), expected = Array(expected.unicodeScalars)
        let same = zip(found, expected).prefix { $0 == $1 }.count
        func part(_ scalars: [Unicode.Scalar]) -> String {
            String(String.UnicodeScalarView(scalars[max(0, same - 30)...].prefix(90))).debugDescription
        }
        return "\(part(found)) instead of \(part(expected))"
    }
}

@Suite("Chat templates against Jinja") struct ChatTemplateGoldens {
    @Test("Templates after published ones write every conversation as Jinja does")
    func own() throws {
        try check(TemplateFolder(path: TemplateFolder.own), atLeast: 1)
    }

    @Test("Published templates write every conversation as Jinja does", .enabled(if: TemplateFolder.given != nil, "needs APUS_TEMPLATES"))
    func given() throws {
        try check(TemplateFolder(path: #require(TemplateFolder.given)), atLeast: 1)
    }

    private func check(_ folder: TemplateFolder, atLeast count: Int) throws {
        #expect(folder.results.count >= count)
        for (template, expected) in folder.results {
            let differences = try folder.differences(of: template, expected: expected.object ?? JSONObject())
            #expect(differences.isEmpty, "\(template):\n\(differences.joined(separator: "\n"))")
        }
    }
}
