/// The longest common subsequence of two sequences, by rows of bits: a row says at which columns the table of lengths rises. (Crochemore et al.,
/// A fast and practical bit-vector algorithm for the longest common subsequence problem, 2001.)
///
/// Of the table only every so-manieth row is kept, and what lies between is computed again where the way back goes through it.
struct LongestCommonSubsequence {
    private let first: [Int]
    private let second: [Int]
    /// For each symbol, where it stands in the second sequence.
    private let places: [[UInt64]]

    init<Element: Hashable>(_ first: some Sequence<Element>, _ second: some Sequence<Element>) {
        var numbers: [Element: Int] = [:]
        let second = second.map { element in
            let next = numbers.count
            if let known = numbers[element] { return known }
            numbers[element] = next
            return next
        }
        let symbols = numbers.count
        self.second = second
        self.first = first.map { numbers[$0] ?? symbols }
        let words = (second.count + 63) / 64
        var places = Array(repeating: [UInt64](), count: symbols + 1)
        for (place, symbol) in second.enumerated() {
            if places[symbol].isEmpty { places[symbol] = Array(repeating: 0, count: words) }
            places[symbol][place / 64] |= 1 << UInt64(place % 64)
        }
        self.places = places
    }

    /// Bits of a row, of which those that are 0 say that the length rises at their column.
    private typealias Row = [UInt64]

    private var firstRow: Row { Array(repeating: .max, count: (second.count + 63) / 64) }

    private func advance(_ row: inout Row, by symbol: Int) {
        let matches = places[symbol]
        guard !matches.isEmpty else { return }
        var carry = false
        for word in row.indices {
            let taken = row[word] & matches[word]
            let (sum, over) = row[word].addingReportingOverflow(taken), (whole, overAgain) = sum.addingReportingOverflow(carry ? 1 : 0)
            carry = over || overAgain
            row[word] = whole | (row[word] & ~matches[word])
        }
    }

    var count: Int {
        var row = firstRow
        for symbol in first { advance(&row, by: symbol) }
        return second.indices.count { !Self.isSet(row, $0) }
    }

    private static func isSet(_ row: Row, _ column: Int) -> Bool { row[column / 64] >> UInt64(column % 64) & 1 == 1 }

    /// The places in the first sequence of one longest common subsequence: the one found from the end, where what is equal is taken, and
    /// otherwise the first sequence is left by one only where the table falls to the left.
    var path: [Int] {
        guard !first.isEmpty, !second.isEmpty else { return [] }
        let step = max(1, Int(Double(first.count).squareRoot()))
        var kept = [firstRow], row = firstRow
        for (number, symbol) in first.enumerated() {
            advance(&row, by: symbol)
            if (number + 1) % step == 0 { kept.append(row) }
        }
        var found: [Int] = [], column = second.count - 1, index = first.count - 1
        while index >= 0, column >= 0 {
            let block = index / step, start = block * step
            var rows: [Row] = [], row = kept[block]
            for symbol in first[start...index] {
                advance(&row, by: symbol)
                rows.append(row)
            }
            while index >= start, column >= 0 {
                if first[index] == second[column] {
                    found.append(index)
                    (index, column) = (index - 1, column - 1)
                } else if !Self.isSet(rows[index - start], column) {
                    index -= 1
                } else {
                    column -= 1
                }
            }
        }
        return found.reversed()
    }
}
