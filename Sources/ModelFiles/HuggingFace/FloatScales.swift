/// What 8-bit weights are multiplied with: one number, one for each row, or one for each block of rows and columns.
struct FloatScales {
    private let values: [Float]
    /// Rows and columns that share a scale.
    private let blockRows: Int
    private let blockColumns: Int
    /// Scales for a row of weights, and for the rows of one of several stacked matrices.
    private let columns: Int
    private let rows: Int
    private let stackedRows: Int

    /// Weights that are what they say.
    static let none = FloatScales(values: [1], blockRows: .max, blockColumns: .max, columns: 1, rows: 1, stackedRows: .max)

    /// - Parameters:
    ///   - shape: of the scales.
    ///   - weights: the shape of what they scale, whose dimensions are all positive.
    ///   - blockSides: rows and columns of a block, if the settings say so; published ones are 128 by 128.
    /// - Returns: nil if the shapes do not fit each other.
    init?(_ values: [Float], shape: [Int], of weights: [Int], blockSides: [Int]?) {
        if values.count == 1 {
            self.init(values: values, blockRows: .max, blockColumns: .max, columns: 1, rows: 1, stackedRows: .max)
            return
        }
        let stackedRows = weights.dropLast().last ?? 1, columns = weights.last ?? 1
        let rows = weights.dropLast().reduce(1, *)
        if values.count == rows, shape.last == 1 || shape == Array(weights.dropLast()) {
            self.init(values: values, blockRows: 1, blockColumns: .max, columns: 1, rows: stackedRows, stackedRows: stackedRows)
            return
        }
        let sides = blockSides ?? [128, 128]
        guard sides.count == 2, sides.allSatisfy({ $0 > 0 }) else { return nil }
        let blocks = [(stackedRows - 1) / sides[0] + 1, (columns - 1) / sides[1] + 1]
        guard shape == weights.dropLast(2) + blocks else { return nil }
        self.init(
            values: values, blockRows: sides[0], blockColumns: sides[1], columns: blocks[1], rows: blocks[0], stackedRows: stackedRows)
    }

    private init(values: [Float], blockRows: Int, blockColumns: Int, columns: Int, rows: Int, stackedRows: Int) {
        self.values = values
        self.blockRows = blockRows
        self.blockColumns = blockColumns
        self.columns = columns
        self.rows = rows
        self.stackedRows = stackedRows
    }

    /// The runs of columns of a row that share a scale: calls `body` with each, below `count`.
    func forEachRun(row: Int, count: Int, _ body: (_ columns: Range<Int>, _ scale: Float) -> Void) {
        let (matrix, ownRow) = row.quotientAndRemainder(dividingBy: stackedRows)
        let first = (matrix * rows + ownRow / blockRows) * columns
        var start = 0
        for column in 0..<columns {
            let end = column == columns - 1 ? count : start + blockColumns
            body(start..<end, values[first + column])
            start = end
        }
    }
}
