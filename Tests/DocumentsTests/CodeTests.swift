import ApusTesting
import Foundation
import Testing

@testable import Documents

@Suite("Code by its syntax")
struct CodeTests {
    private static func words(_ text: ArraySlice<UInt8>) -> Int { text.split(whereSeparator: { !$0.isWordByte }).count }

    /// The code with what is no code put in place by its mark: `c` for comments, `s` for strings.
    private func marked(_ code: String, _ language: CodeLanguage) -> String {
        let bytes = Array(code.utf8), kinds = CodeScanner(bytes, language: language).kinds
        return String(
            decoding: zip(bytes, kinds).map { byte, kind in
                kind == .code || byte == 0x0A ? byte : UInt8(ascii: kind == .comment ? "c" : "s")
            }, as: UTF8.self)
    }

    @Test(
        "Strings and comments are told from code",
        arguments: [
            (
                CodeLanguage.swift, "a /* { /* } */ */ b // {\n\"{\\\"}\" c #\"\"}\"# d\n\"\"\"\n \"{\"\n\"\"\" e",
                "a ccccccccccccccc b cccc\nssssss c ssssss d\nsss\nssss\nsss e"
            ),
            (.python, "a # {\n'{\\'}' \"\"\"\n{'\n\"\"\" b r'\\' c", "a ccc\nssssss sss\nss\nsss b rsssss"),
            (.c, "#define A { \\\n {\nint x = '{'; char *s = \"}\"; /* { */", "ccccccccccccc\ncc\nint x = sss; char *s = sss; ccccccc"),
            (.cpp, "int a = 1'000; R\"x(})\" )x\" ; '\\''", "int a = 1'000; sssssssssss ; ssss"),
            (.go, "`{\n\\` '}' \"{\"", "ss\nss sss sss"),
            (.javascript, "a = b / c; r = /[}]\\/{/; `x${ {a: '}'} }{` d", "a = b / c; r = ssssssss; ssss {a: sss} sss d"),
            (.java, "\"\"\"\n { \"x\" \n\"\"\" '}' // \"", "sss\nsssssss\nsss sss cccc"),
        ])
    func scanner(language: CodeLanguage, code: String, expected: String) {
        #expect(marked(code, language) == expected)
    }

    @Test(
        "Each function is a passage with what declares it",
        arguments: [
            (
                CodeLanguage.swift,
                "import A\n\n/// Doc.\nfunc one() {\n    two()\n}\n\nstruct S {\n    let x: Int\n\n    @inline(never)\n    func three() -> Int {\n        x\n    }\n}\n",
                [
                    "import A", "/// Doc.\nfunc one() {\n    two()\n}", "struct S {", "let x: Int",
                    "@inline(never)\n    func three() -> Int {\n        x\n    }\n}",
                ]
            ),
            (
                .python,
                "import a\n\n# Note.\n@b\ndef one(x,\n        y):\n    '''Doc\n'''\n    return x\n\nclass S:\n    y = 1\n\n    def two(self):\n        pass\n",
                [
                    "import a", "# Note.\n@b\ndef one(x,\n        y):\n    '''Doc\n'''\n    return x", "class S:", "y = 1",
                    "def two(self):\n        pass",
                ]
            ),
            (
                .c, "#include <a.h>\nint x;\n/* Doc. */\nint one(void)\n{\n    return x;\n}\n",
                ["#include <a.h>\nint x;", "/* Doc. */\nint one(void)\n{\n    return x;\n}"]
            ),
            (
                .go, "package a\n\n// Doc.\nfunc one() int {\n\treturn 1\n}\n\nfunc (s *S) two() {\n\ts.x()\n}\n",
                ["package a", "// Doc.\nfunc one() int {\n\treturn 1\n}", "func (s *S) two() {\n\ts.x()\n}"]
            ),
            (
                .javascript, "const a = 1;\nconst one = (x) => {\n  return x;\n};\nclass S {\n  two() {\n    return 2;\n  }\n}\n",
                ["const a = 1;", "const one = (x) => {\n  return x;\n};", "class S {", "two() {\n    return 2;\n  }\n}"]
            ),
            (
                .java, "package a;\npublic class S {\n  private int x;\n  /** Doc. */\n  @Override\n  int one() {\n    return x;\n  }\n}\n",
                ["package a;", "public class S {", "private int x;", "/** Doc. */\n  @Override\n  int one() {\n    return x;\n  }\n}"]
            ),
        ])
    func functions(language: CodeLanguage, code: String, expected: [String]) throws {
        let text = try ExtractedText(Array(code.utf8), name: "a", format: .code(language))
        let passages = text.passages(SplitSettings(limit: 100), tokens: Self.words)
        let trimmed = passages.map { String(decoding: text.bytes[$0.range].trimmed, as: UTF8.self) }
        #expect(trimmed == expected)
        if let last = passages.last { #expect(last.titles.last.map { expected.last?.contains($0) ?? false } ?? false) }
    }

    @Test("Code whose brackets do not match is one piece")
    func unbalanced() {
        for code in ["func a() {\n\n\n\n\nlet x = 1\n\n\n\n\nlet y = 2\n", "a\n\n\n\n\n\nb\n\n\n\n\"\"\"\nopen", "f(]\n\n\n\n\nx\n"] {
            #expect(CodePieces.split(Array(code.utf8), language: .swift).count == 1)
        }
        #expect(CodePieces.split([], language: .go).isEmpty)
    }

    @Test("This package's own sources: pieces make up the whole, begin at code, and lie more than three rows apart")
    func pieces() throws {
        let folder = ExternalData.packageFolder.appendingPathComponent("Sources/Documents")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)).compactMap { $0 as? URL }
            .filter { $0.pathExtension == "swift" }
        #expect(files.count > 10)
        var pieces = 0
        for file in files {
            let bytes = Array(try Data(contentsOf: file)), kinds = CodeScanner(bytes, language: .swift).kinds
            let ranges = CodePieces.split(bytes, language: .swift)
            #expect(ranges.first?.lowerBound == 0 && ranges.last?.upperBound == bytes.count)
            #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
            for range in ranges.dropFirst() {
                let first = try #require(range.first { !bytes[$0].isSpace })
                #expect(kinds[first] != .comment && bytes[range.lowerBound - 1] == 0x0A)
                // A string may begin a statement; one that goes on may not.
                #expect(kinds[first] == .code || kinds[range.lowerBound - 1] == .code)
            }
            #expect(ranges.dropFirst().dropLast().allSatisfy { range in bytes[range].count { $0 == 0x0A } > CodePieces.fewestRows })
            pieces += ranges.count
        }
        #expect(pieces > 4 * files.count, "the sources are balanced, and have statements")
    }

    @Test("Windows over pieces leave none out; the paper's have inner pieces twice")
    func windows() {
        for count in [1, 2, 15, 16, 17, 32, 33, 40, 100] {
            let blocks = BlockWindow.paper.blocks(Array(repeating: 1, count: count), limit: 1)
            #expect(blocks.map(\.lowerBound) == Array(stride(from: 0, to: max(1, count - 1), by: 16)))
            for piece in 0..<count {
                let times = blocks.count { $0.contains(piece) }
                #expect(times >= 1 && times <= 2)
                if piece >= 16, piece < (blocks.last?.lowerBound ?? 0) { #expect(times == 2) }
            }
        }
        var random = SeededGenerator(seed: 9)
        for _ in 0..<200 {
            let costs = (0..<Int.random(in: 1...50, using: &random)).map { _ in Int.random(in: 1...120, using: &random) }
            let blocks = BlockWindow.tokens.blocks(costs, limit: 100)
            #expect(blocks.allSatisfy { $0.count == 1 || costs[$0].reduce(0, +) <= 100 })
            #expect(Set(blocks.flatMap(Array.init)) == Set(costs.indices))
            #expect(zip(blocks, blocks.dropFirst()).allSatisfy { $0.lowerBound < $1.lowerBound && $0.upperBound < $1.upperBound })
        }
        #expect(BlockWindow.tokens.blocks([], limit: 1).isEmpty)
    }

    @Test("A long function is one passage whose blocks fit and overlap")
    func blocks() throws {
        let body = (0..<60).map { "    if a\($0) {\n        b\($0)()\n        c\n        d\n        e\n    }\n" }.joined()
        let text = try ExtractedText(Array("func long() {\n\(body)}\n".utf8), name: "a", format: .code(.swift))
        let passages = text.passages(SplitSettings(limit: 40), tokens: Self.words)
        let passage = try #require(passages.first)
        #expect(passages.count == 1 && passage.titles == ["func long()"] && passage.blocks.count > 10)
        #expect(passage.blocks.allSatisfy { Self.words(text.bytes[$0]) <= 40 })
        let covered = Set(passage.blocks.flatMap(Array.init))
        #expect(passage.range.allSatisfy { covered.contains($0) || text.bytes[$0].isSpace })
        #expect(zip(passage.blocks, passage.blocks.dropFirst()).contains { $0.upperBound > $1.lowerBound })
    }

    @Test("Programs made at random are split to the end", arguments: CodeLanguage.allCases)
    func damaged(language: CodeLanguage) throws {
        var random = SeededGenerator(seed: FuzzBudget.seed(21))
        let parts = [
            "{", "}", "(", ")", "\n", "  ", "\"", "'", "`", "/*", "*/", "//", "#", "\\", "${", "class A", "def f", ":", "/", "\"\"\"",
            "R\"(", "x1", "é", "@a",
        ]
        for _ in 0..<FuzzBudget.rounds(120) {
            let code = Array(
                (0..<Int.random(in: 1...60, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }.joined().utf8)
            let text = try ExtractedText(code, name: "a", format: .code(language))
            let passages = text.passages(SplitSettings(limit: 5), tokens: Self.words)
            let covered = Set(passages.flatMap { $0.blocks.flatMap(Array.init) })
            #expect(code.indices.allSatisfy { covered.contains($0) || !code[$0].isWordByte })
            #expect(CodePieces.split(code, language: language).reduce(0) { $0 + $1.count } == code.count)
        }
    }
}
