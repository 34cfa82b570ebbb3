import ApusTesting
import Documents
import Testing

@Suite("UTF-8 validation")
struct UTF8ValidationTests {
    /// The first offset at which the bytes so far are no prefix of valid UTF-8: found by asking the standard library.
    private func reference(_ bytes: [UInt8]) -> Int? {
        if String(validating: bytes, as: UTF8.self) != nil { return nil }
        let endings: [[UInt8]] = [
            [], [0x80], [0xBF], [0x80, 0x80], [0xBF, 0x80], [0x80, 0x80, 0x80], [0xBF, 0x80, 0x80], [0x8F, 0x80, 0x80], [0x9F, 0x80],
        ]
        for count in 1...bytes.count {
            let canGoOn = endings.contains { String(validating: bytes[..<count] + $0, as: UTF8.self) != nil }
            if !canGoOn { return count - 1 }
        }
        return bytes.count
    }

    @Test("Every first byte, followed by the edges of what may follow, is judged as by the standard library")
    func short() {
        let edges: [UInt8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF]
        var sequences = (UInt8.min...UInt8.max).flatMap { first in edges.map { [first, $0] } }
        for first in UInt8(0xE0)...0xF8 {
            for second in edges {
                for third in edges { sequences += [[first, second, third], [first, second, third, 0x80], [first, second, third, 0x41]] }
            }
        }
        let misjudged = sequences.filter { UTF8Validation.firstInvalidOffset(in: $0) != reference($0) }
        #expect(misjudged.isEmpty)
    }

    @Test("Damage anywhere in longer text is found where it is")
    func long() {
        let text = Array("It was the best of times — é, ☕ and 🦉 — it was the worst of times.".utf8)
        #expect(UTF8Validation.firstInvalidOffset(in: text) == nil)
        for place in text.indices {
            var damaged = text
            damaged[place] = 0xFF
            #expect(UTF8Validation.firstInvalidOffset(in: damaged) == place)
            #expect(UTF8Validation.firstInvalidOffset(in: Array(text[..<place])) == reference(Array(text[..<place])))
        }
    }
}
