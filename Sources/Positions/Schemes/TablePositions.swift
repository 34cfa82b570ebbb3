/// How texts that are longer than a learned table of positions read it. Texts that fit the table read it as it is, whatever is chosen here.
/// (Zhu et al., LongEmbed: Extending Embedding Models for Long Context Retrieval, 2024.)
package enum TablePositions: Hashable, Sendable {
    /// Neighbours share a row: `⌊position / factor⌋`. Without a factor, the least with which the text fits the table.
    case grouped(by: Int?)
    /// The table again and again: `position mod rows`.
    case recurrent
    /// Position interpolation: `position / factor`, a weighted mean of two rows where that is no whole number; behind the last row there is no
    /// other, and it holds.
    case linear(by: Int)

    /// What a token's position vector is made of.
    package struct Place: Hashable, Sendable {
        package let row: Int
        /// The weight of the row after it: 0 where there is none, or none of it.
        package let share: Float

        package init(row: Int, share: Float) {
            self.row = row
            self.share = share
        }
    }

    /// The place of every token of a text.
    /// - Parameter rows: of the table.
    package func places(tokens: Int, rows: Int) -> [Place] {
        (0..<tokens).map { position in
            guard tokens > rows else { return Place(row: position, share: 0) }
            switch self {
            case .grouped(let factor):
                return Place(row: min(rows - 1, position / (factor ?? (tokens + rows - 1) / rows)), share: 0)
            case .recurrent: return Place(row: position % rows, share: 0)
            case .linear(let factor):
                let row = min(rows - 1, position / factor)
                return Place(row: row, share: row == rows - 1 ? 0 : Float(position % factor) / Float(factor))
            }
        }
    }

    /// The longest text, in tokens, to which it takes a table of so many rows.
    package func reach(rows: Int) -> Int {
        switch self {
        case .grouped(let factor?), .linear(let factor): min(rows * factor, RotaryGeometry.longestReach)
        case .grouped(nil), .recurrent: RotaryGeometry.longestReach
        }
    }
}

extension PositionRegistry {
    /// How the schemes for learned tables are written.
    package static let tableUsages = ["model", "linear:FACTOR", "grouped[:FACTOR]", "recurrent"]

    private static let largestTableFactor = 1 << 20

    /// What a text such as `linear:4` or `model+log` names for a model with a learned table of positions.
    ///
    /// - Parameters:
    ///   - rows: of the table.
    ///   - length: how long texts shall become, if that is known: a factor that is left out comes from it.
    /// - Throws: `PositionError` for a name that is none, or a scheme that is for rotary positions.
    package static func tableChoice(
        _ text: String, rows: Int, length: Int?
    ) throws(PositionError) -> (scheme: TablePositions?, scalesQueries: Bool) {
        let (written, scalesQueries) = partedFromSuffix(text)
        let parts = written.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = parts[0], option = parts.count > 1 ? parts[1] : nil
        let usage = tableUsages.first { $0.prefix { $0.isLetter } == name } ?? name
        func factor() throws(PositionError) -> Int? {
            guard let option else { return nil }
            guard let factor = Int(option), (1...largestTableFactor).contains(factor) else {
                throw .badOption(scheme: name, option: option, usage: usage, range: 1...Double(largestTableFactor))
            }
            return factor
        }
        switch name {
        case "model" where option == nil: return (nil, scalesQueries)
        case "recurrent":
            guard option == nil else { throw .tooManyOptions(scheme: name, usage: usage) }
            return (.recurrent, scalesQueries)
        case "grouped": return (.grouped(by: try factor()), scalesQueries)
        case "linear":
            guard let factor = try factor() ?? length.map({ max(1, ($0 + rows - 1) / rows) }) else {
                throw .optionMissing(scheme: name, usage: usage)
            }
            return (.linear(by: factor), scalesQueries)
        default:
            guard names.contains(name) else { throw .unknownScheme(name, known: ["model", "linear", "grouped", "recurrent"]) }
            throw .cannotServe(
                scheme: name,
                reason: "it has learned a vector for each position and rotates nothing; linear, grouped and recurrent are for such")
        }
    }
}
