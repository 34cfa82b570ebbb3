import CKernels
import Tensors

/// What is added to scores at each distance, spread out over all distances between tokens of the longest sequence, so that the biases of
/// neighbouring tokens lie side by side; or the gradients of that.
struct PackedBiases {
    /// `[heads, columns]`; distance 0 is in the middle.
    private let table: Tensor
    private let rule: ScoreRule

    /// Nil for rules without biases.
    init?(_ attention: PackedAttention) {
        guard let biases = attention.rule.distanceBiases else { return nil }
        self.init(rule: attention.rule, table: Tensor(rows: biases.count, columns: Self.columns(attention)))
        for (head, biases) in biases.enumerated() {
            for column in 0..<columns { table[head, column] = biases[place(ofColumn: column, of: biases.count)] }
        }
    }

    private init(rule: ScoreRule, table: Tensor) {
        self.rule = rule
        self.table = table
    }

    /// Zeros of the same shape for some heads.
    func zeros(heads: Int) -> PackedBiases {
        let zeros = Tensor(rows: heads, columns: columns)
        zeros.clear()
        return PackedBiases(rule: rule, table: zeros)
    }

    /// Distances from one head to the next.
    var columns: Int { table.columns }

    /// Distance 0 of a head; valid as long as this lives.
    func origin(head: Int) -> UnsafeMutablePointer<Float> { table.row(head) + columns / 2 }

    /// Adds gradients of some heads, the first of them `first`, to those of the rule's lists.
    func add(to sums: inout [[Float]], first: Int) {
        for row in 0..<table.rows {
            for column in 0..<columns { sums[first + row][place(ofColumn: column, of: sums[first + row].count)] += table[row, column] }
        }
    }

    /// The place in a rule's list.
    private func place(ofColumn column: Int, of count: Int) -> Int {
        min(max(0, column - columns / 2 + rule.distanceBiasOrigin), count - 1)
    }

    /// Whole blocks of keys before a query, and as many behind it.
    private static func columns(_ attention: PackedAttention) -> Int {
        let block = Int(TRAINING_BLOCK), longest = attention.sequences.map(\.count).max() ?? 0
        return 2 * block * max(1, (longest + block - 1) / block)
    }
}
