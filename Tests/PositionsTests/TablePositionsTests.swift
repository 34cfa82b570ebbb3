import Positions
import Testing

@Suite("Learned positions of longer texts")
struct TablePositionsTests {
    private static let schemes: [TablePositions] = [.grouped(by: nil), .grouped(by: 3), .recurrent, .linear(by: 2), .linear(by: 8)]

    @Test("Texts that fit the table read it as it is", arguments: schemes)
    func short(scheme: TablePositions) {
        for tokens in [1, 7, 16] {
            #expect(scheme.places(tokens: tokens, rows: 16) == (0..<tokens).map { TablePositions.Place(row: $0, share: 0) })
        }
    }

    @Test("No place lies outside the table, however long the text", arguments: schemes)
    func bounds(scheme: TablePositions) {
        for tokens in [17, 31, 32, 33, 48, 49, 100] {
            for place in scheme.places(tokens: tokens, rows: 16) {
                #expect((0..<16).contains(place.row) && (0..<1).contains(place.share) && (place.share == 0 || place.row < 15))
            }
        }
    }

    @Test("Groups are just large enough, recurrent positions come again, and interpolated ones lie between")
    func rules() {
        for tokens in [17, 32, 33, 160] {
            let group = (tokens + 15) / 16
            #expect(TablePositions.grouped(by: nil).places(tokens: tokens, rows: 16).map(\.row) == (0..<tokens).map { $0 / group })
        }
        let recurrent = TablePositions.recurrent.places(tokens: 40, rows: 16)
        #expect((16..<40).allSatisfy { recurrent[$0] == recurrent[$0 - 16] })
        let linear = TablePositions.linear(by: 2).places(tokens: 32, rows: 16)
        #expect(linear[4] == .init(row: 2, share: 0) && linear[5] == .init(row: 2, share: 0.5))
        #expect(linear[30] == .init(row: 15, share: 0) && linear[31] == .init(row: 15, share: 0), "behind the last row it holds")
    }

    @Test("They are named as others are, and a factor comes from the length")
    func names() throws {
        func scheme(_ text: String, _ length: Int? = nil) throws -> TablePositions? {
            try PositionRegistry.tableChoice(text, rows: 512, length: length).scheme
        }
        #expect(try scheme("linear:4") == .linear(by: 4))
        #expect(try scheme("linear", 4096) == .linear(by: 8))
        #expect(try scheme("linear", 4097) == .linear(by: 9))
        #expect(try scheme("grouped") == .grouped(by: nil))
        #expect(try scheme("recurrent+log") == .recurrent)
        #expect(try PositionRegistry.tableChoice("model+log", rows: 512, length: nil).scalesQueries)
        #expect(try scheme("model") == nil)
        for wrong in ["linear", "linear:0", "linear:x", "recurrent:2", "ntk:4", "nonsense", "model:2", ""] {
            #expect(throws: PositionError.self) { try scheme(wrong) }
        }
    }

    @Test("4,096 tokens in a window of 512 sharpen queries by a third")
    func logarithm() {
        #expect(abs(QueryScale.logarithmic(beyond: 512).factor(at: 4095) - 12.0 / 9) < 1e-12)
        #expect(QueryScale.logarithmic(beyond: 512).factor(at: 511) == 1)
    }
}
