import ApusTesting
import Foundation
import ModelFiles
import Testing

@Suite("Reading and writing JSON")
struct JSONTests {
    private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8), path: "test.json") }

    private func problem(_ bytes: [UInt8]) -> ModelFileError? { failure { _ = try JSONValue(parsing: bytes, path: "test.json") } }

    @Test("Values of every kind")
    func values() throws {
        let expected: JSONValue = [
            "null": nil, "yes": true, "no": false, "whole": -7, "number": 0.5, "small": .number(1e-5), "text": "a\"\\/\u{8}\u{C}\n\r\t",
            "escaped": "é☕😀", "array": [1, [], [[]]], "object": ["": [:]],
        ]
        let text = #"""
             {"null": null, "yes":true ,"no":false, "whole":-7, "number":5e-1, "small":1E-5, "text":"a\"\\\/\b\f\n\r\t",
            "escaped":"\u00e9\u2615\uD83D\uDE00", "array":[ 1 , [], [[ ] ]], "object":{"":{ } } }
            """#
        #expect(try parse(text) == expected)
        #expect(try parse("\u{FEFF}" + text) == expected)
        #expect(try parse(expected.serialized()) == expected)
        #expect(try parse(expected.serialized(indentation: 2)) == expected)
    }

    @Test("Numbers: whole ones as integers while they fit, all others rounded to the nearest")
    func numbers() throws {
        #expect(try parse("9223372036854775807") == .integer(.max))
        #expect(try parse("-9223372036854775808") == .integer(.min))
        #expect(try parse("9223372036854775808") == .number(0x1p63))
        #expect(try parse("1000000000000000019884624838656") == .number(1e30))
        #expect(try parse("1.0") == .number(1) && parse("-0") == .integer(0) && parse("2E+2") == .number(200))
        #expect(try parse("[NaN]").array?[0].number?.isNaN == true)
        #expect(try parse("[Infinity, -Infinity]") == [.number(.infinity), .number(-.infinity)])
        #expect(try parse("1e400") == .number(.infinity))
    }

    @Test(
        "What is not JSON is refused with the byte where it goes wrong",
        arguments: [
            ("", 0), ("[", 1), ("[1", 2), ("[1,]", 3), ("[1 2]", 3), ("{", 1), ("{1:2}", 1), (#"{"a" 1}"#, 5), (#"{"a":1,}"#, 7), ("]", 0),
            ("01", 1), ("-", 1), ("1.", 2), (".5", 0), ("1e", 2), ("+1", 0), ("tru", 0), ("nul", 0), ("[1]]", 3), (#""ab"#, 3),
            ("\"a\nb\"", 2), (#""\x""#, 2), (#""\u12g4""#, 2), (#""\ud800""#, 7), (#""\udc00""#, 7), (#"{"a":1,"a":2}"#, 12), ("'a'", 0),
        ])
    func refusals(text: String, offset: Int) throws {
        let error = try #require(problem(Array(text.utf8)))
        #expect(error.offset == offset, "\(error)")
        #expect(error.kind == .badData && error.description.hasPrefix("test.json: at byte \(offset): "))
    }

    @Test("Bytes that are not UTF-8 are refused in keys and values")
    func encoding() {
        for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82]] {
            #expect(problem([0x22] + bytes + [0x22])?.description.contains("valid UTF-8") == true)
            #expect(problem(Array("{\"".utf8) + bytes + Array("\":1}".utf8)) != nil)
        }
    }

    @Test("Nesting without end is refused at once", arguments: ["[", #"{"a":"#, "[[{\"b\":[1,"])
    func nesting(opening: String) throws {
        let endless = Array(String(repeating: opening, count: (16 << 20) / opening.utf8.count).utf8)
        let error = try #require(problem(endless))
        #expect(error.problem == .nestedTooDeeply(limit: 256))
        #expect(try #require(error.offset) < 4096)
        let deep = String(repeating: "[", count: 256) + String(repeating: "]", count: 256)
        #expect(try parse(deep).serialized() == deep)
    }

    @Test("Keys keep their order, few or many, and differ where their bytes do", arguments: [3, 500])
    func keys(count: Int) throws {
        let names = (0..<count).map { "key \($0 * 7919 % count)" } + ["\u{E9}", "e\u{301}"]
        let text = "{" + names.enumerated().map { "\"\($1)\": \($0)" }.joined(separator: ", ") + "}"
        var object = try #require(try parse(text).object)
        #expect(object.map(\.key).elementsEqual(names) { $0.utf8.elementsEqual($1.utf8) })
        for (number, name) in names.enumerated() { #expect(object[name] == .integer(number)) }
        #expect(object["no key"] == nil)
        #expect(JSONValue.object(object).serialized() == text)

        object[names[1]] = nil
        object[names[0]] = "new"
        object["last"] = true
        #expect(object[names[1]] == nil && object[names[2]] == .integer(2))
        #expect(object.first?.value == "new" && object.last?.key == "last" && object.count == names.count)
    }

    @Test("Indented text is laid out as other tools lay it out")
    func indented() {
        let value: JSONValue = ["model_type": "llama", "sizes": [1, 2.5], "none": [], "nothing": [:]]
        let text = """
            {
              "model_type": "llama",
              "sizes": [
                1,
                2.5
              ],
              "none": [],
              "nothing": {}
            }
            """
        #expect(value.serialized(indentation: 2) == text)
        #expect(value.serialized() == #"{"model_type": "llama", "sizes": [1, 2.5], "none": [], "nothing": {}}"#)
    }

    @Test("A value of another kind is nil, and a whole number is a number too")
    func accessors() {
        let one: JSONValue = 1
        #expect(one.integer == 1 && one.number == 1 && one.string == nil && one.bool == nil && one.array == nil && one.object == nil)
        #expect(JSONValue.number(1).integer == nil && JSONValue.string("x").string == "x" && JSONValue.bool(true).bool == true)
    }
}
