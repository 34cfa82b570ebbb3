import Foundation
import Testing

@testable import ApusCommand

@Suite("JSON output")
struct JSONTests {
    @Test("Keys come out sorted, on one line")
    func sortedKeys() {
        let value: JSON = ["b": 1, "a": ["y": nil, "x": true], "c": [1, 2.5, "s"]]
        #expect(value.text == #"{"a": {"x": true, "y": null}, "b": 1, "c": [1, 2.5, "s"]}"#)
    }

    @Test("Empty arrays and objects are written as such")
    func empties() {
        #expect(JSON.array([]).text == "[]")
        #expect(JSON.object([:]).text == "{}")
    }

    @Test("Numbers that are not finite become null", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(number: Double) {
        #expect(JSON.number(number).text == "null")
    }

    @Test("Optionals become the value or null")
    func optionals() {
        #expect(JSON(3 as Int?, JSON.integer) == 3)
        #expect(JSON(nil as Int?, JSON.integer) == .null)
    }

    @Test("Another reader of JSON gets every string back", arguments: JSONTests.strings)
    func readBack(string: String) throws {
        let text = JSON.array([.string(string)]).text
        #expect(!text.contains { $0.isNewline })
        #expect(try JSONDecoder().decode([String].self, from: Data(text.utf8)) == [string])
    }

    static let strings = [
        "", #"quote " and \ "#, "line\nbreak\r\n\ttab", "\u{0}\u{1}\u{1F}\u{7F}", "日本語 🙂 e\u{301}", "\u{2028}\u{2029}", "/",
    ]

    @Test(
        "Another reader of JSON gets every number back",
        arguments: [0, -0.0, 1, 0.1, 1e-7, 1.0 / 3, 1e21, .leastNonzeroMagnitude, .greatestFiniteMagnitude])
    func numbers(number: Double) throws {
        let text = JSON.array([.number(number)]).text
        #expect(try JSONDecoder().decode([Double].self, from: Data(text.utf8)) == [number])
    }

    @Test("Whole numbers keep all of their digits")
    func integers() {
        #expect(JSON.integers([Int.max, Int.min]).text == "[9223372036854775807, -9223372036854775808]")
        #expect(JSON.integers([UInt8(255)]).text == "[255]")
    }
}
