import Models
import Positions

/// What `apus inspect --rotary-drift` prints.
struct DriftReport {
    private struct Row {
        let shift: Int
        /// In the order of `RotaryDrift.Precision.allCases`.
        let drifts: [Double]
    }

    private static let tokens = 256
    private static let shifts = [16, 4096, 65536]

    private let rows: [Row]

    init(_ configuration: DecoderConfiguration) {
        let rotary = configuration.rotation.rotary(length: configuration.contextLength)
        let drift = RotaryDrift(rotary: rotary, tokens: Self.tokens)
        rows = Self.shifts.map { shift in
            Row(shift: shift, drifts: RotaryDrift.Precision.allCases.map { drift.drift(shift: shift, precision: $0) })
        }
    }

    var json: JSON {
        let listed = rows.map { row -> JSON in
            [
                "shift": .integer(row.shift), "float32": .number(row.drifts[0]), "bfloat16_vectors": .number(row.drifts[1]),
                "bfloat16": .number(row.drifts[2]),
            ]
        }
        return ["tokens": .integer(Self.tokens), "rotary_drift": .array(listed)]
    }

    var text: String {
        let table = Table(
            headings: [.number("Moved by"), .number("float32"), .number("Vectors in bfloat16"), .number("All in bfloat16")],
            rows: rows.map { row in [Formatting.count(row.shift)] + row.drifts.map { Formatting.decimal($0, digits: 7) } })
        return "Mean change of a query's attention over \(Self.tokens) tokens, in sum\n" + table.text
    }
}
