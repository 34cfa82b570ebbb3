import Models
import Tensors

/// How the states of a text's tokens become one vector.
package enum Pooling: String, CaseIterable, Sendable {
    /// Their mean, control tokens included. (Reimers and Gurevych, Sentence-BERT, 2019.)
    case mean
    /// The state of the first token, which BERT calls CLS.
    case cls
    /// The state of the last token, the only one that has seen all of a text in a decoder.
    case last

    /// The states that are needed for it.
    var wanted: WantedRows {
        switch self {
        case .mean: .all
        case .cls: .first
        case .last: .last
        }
    }

    /// - Parameter states: `[tokens, width]`, one row at least: those of all tokens, or of the wanted ones alone.
    /// - Returns: `[width]`.
    package func vector(of states: Tensor) -> [Float] {
        switch self {
        case .cls: states.withRow(0, Array.init)
        case .last: states.withRow(states.rows - 1, Array.init)
        case .mean: Self.mean(states)
        }
    }

    private static func mean(_ states: Tensor) -> [Float] {
        var sums = [Double](repeating: 0, count: states.columns)
        for row in 0..<states.rows {
            states.withRow(row) { values in
                for column in sums.indices { sums[column] += Double(values[column]) }
            }
        }
        return sums.map { Float($0 / Double(states.rows)) }
    }
}

extension [Float] {
    /// The vector at a length of 1; one that is nothing but zeros stays.
    package var normalized: [Float] {
        let length = reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        return length > 0 ? map { Float(Double($0) / length) } : self
    }
}
