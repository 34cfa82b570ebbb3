import Foundation

extension Compute {
    /// x = sin(frequency · x), a frequency for each column.
    package func sine(_ x: Tensor, frequency: Tensor) {
        precondition(frequency.count == x.columns, "\(frequency.count) frequencies for rows of \(x.columns)")
        forEachRow(of: x) { row in
            let values = x.row(row)
            for column in 0..<x.columns { values[column] = sin(frequency.values[column] * values[column]) }
        }
    }

    /// Multiplies row `i` by `exp(-times[i] · |decays|)`, column by column.
    package func fade(_ x: Tensor, times: Tensor, decays: Tensor) {
        precondition(times.count >= x.rows && decays.count == x.columns, "times and decays for another shape")
        forEachRow(of: x) { row in
            let values = x.row(row), time = times.values[row]
            for column in 0..<x.columns { values[column] *= exp(-time * abs(decays.values[column])) }
        }
    }

    /// `y[t] = bias + Σ_k taps[taps - 1 - k] x[t - k]`, column by column and text by text, with zeros before each text.
    ///
    /// - Parameters:
    ///   - texts: rows that belong together.
    ///   - taps: of each column, the farthest first: `[columns, taps]`.
    package func convolveShortly(_ x: Tensor, texts: [Range<Int>], taps: Tensor, bias: Tensor, into y: Tensor) {
        precondition(taps.rows == x.columns && bias.count == x.columns, "taps for another width")
        precondition(y.rows == x.rows && y.columns == x.columns, "a result of another shape")
        let columns = x.columns, count = taps.columns
        for text in texts {
            forEachRow(of: x.rows(text)) { place in
                let result = y.row(text.lowerBound + place)
                result.update(from: bias.values, count: columns)
                for back in 0..<min(count, place + 1) {
                    let values = x.row(text.lowerBound + place - back), tap = taps.values + (count - 1 - back)
                    for column in 0..<columns { result[column] += tap[column * count] * values[column] }
                }
            }
        }
    }

    /// x *= y, element by element.
    package func multiplyElements(_ x: Tensor, by y: Tensor) {
        precondition(x.rows == y.rows && x.columns == y.columns, "factors of another shape")
        forEachRow(of: x) { row in
            let (values, factors) = (x.row(row), y.row(row))
            for column in 0..<x.columns { values[column] *= factors[column] }
        }
    }
}

extension Tensor {
    /// Copies some columns of all rows to another tensor of as many rows, from its column `first` on.
    package func copyColumns(_ range: Range<Int>, to other: Tensor, at first: Int = 0) {
        precondition(other.rows == rows && range.lowerBound >= 0 && range.upperBound <= columns, "columns \(range) of \(columns)")
        precondition(
            first >= 0 && first + range.count <= other.columns, "\(range.count) columns copied to column \(first) of \(other.columns)")
        for row in 0..<rows { (other.row(row) + first).update(from: self.row(row) + range.lowerBound, count: range.count) }
    }
}
