import CKernels
import Tensors

/// Part of the work of packed attention: some query heads of one key/value head, in one sequence.
struct PackedPiece {
    let sequence: Range<Int>
    let keyValueHead: Int
    /// Of the group that shares the key/value head; nil: all of them.
    var heads = 0..<Int.max
    /// Whose queries are looked at, counted from the beginning of the sequence.
    let tokens: Range<Int>

    /// Queries of a piece of the forward pass: enough to be worth packing the keys for.
    private static let forwardTokens = 512
    /// With fewer pieces, query heads are gone through one by one, at the price of adding their gradients up afterwards.
    private static let fewPieces = 16

    /// Pieces that take longest come first, so that no thread is left alone with one of them.
    static func ofForwardPass(_ attention: PackedAttention) -> [PackedPiece] {
        let pieces = attention.sequences.flatMap { sequence in
            stride(from: 0, to: sequence.count, by: forwardTokens).flatMap { first in
                (0..<attention.keyValueHeads).map { head in
                    PackedPiece(sequence: sequence, keyValueHead: head, tokens: first..<min(first + forwardTokens, sequence.count))
                }
            }
        }
        return pieces.sorted { $0.tokens.upperBound > $1.tokens.upperBound }
    }

    static func ofGradient(_ attention: PackedAttention, group: Int) -> [PackedPiece] {
        let sequences = attention.sequences.filter { !$0.isEmpty }
        let isSplit = group > 1 && sequences.count * attention.keyValueHeads < fewPieces
        let shares = isSplit ? (0..<group).map { $0..<$0 + 1 } : [0..<group]
        let pieces = sequences.flatMap { sequence in
            (0..<attention.keyValueHeads).flatMap { head in
                shares.map { PackedPiece(sequence: sequence, keyValueHead: head, heads: $0, tokens: 0..<sequence.count) }
            }
        }
        return pieces.sorted { $0.tokens.count > $1.tokens.count }
    }
}

/// How the heads of packed attention lie in its tensors.
struct PackedHeads {
    let queries: Tensor
    let keys: Tensor
    let values: Tensor
    let attention: PackedAttention
    let keyDim: Int
    let valueDim: Int
    /// Query heads of one key/value head.
    let group: Int
    /// For each query head; they live as long as this.
    private let slopes: Tensor?
    private let sinks: Tensor?
    let biases: PackedBiases?
    /// Of each sequence, by its first row.
    private let tables: [Int: KeyBlockTable]

    init(queries: Tensor, keys: Tensor, values: Tensor, _ attention: PackedAttention) {
        let heads = attention.keyValueHeads
        precondition(
            keys.rows == queries.rows && values.rows == queries.rows && heads > 0 && keys.columns > 0 && keys.columns.isMultiple(of: heads)
                && values.columns.isMultiple(of: heads) && queries.columns.isMultiple(of: keys.columns),
            "queries [\(queries.rows), \(queries.columns)], keys [\(keys.rows), \(keys.columns)], values [\(values.rows), \(values.columns)]"
        )
        precondition(
            attention.sequences.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= queries.rows }, "sequences beyond \(queries.rows) rows")
        precondition(attention.rule.queryScale == nil, "a rule that has no gradient")
        self.queries = queries
        self.keys = keys
        self.values = values
        self.attention = attention
        keyDim = keys.columns / heads
        valueDim = values.columns / heads
        group = queries.columns / keys.columns
        slopes = attention.rule.slopes.map { Tensor(rows: 1, columns: heads * queries.columns / keys.columns, $0) }
        tables = Dictionary(
            attention.sequences.filter { !$0.isEmpty }.compactMap { sequence in
                attention.pattern.table(tokens: sequence.count).map { (sequence.lowerBound, $0) }
            }
        ) { first, _ in first }
        biases = PackedBiases(attention)
        sinks = attention.rule.sinkLogits.map { Tensor(rows: 1, columns: heads * queries.columns / keys.columns, $0) }
    }

    /// Query heads.
    var count: Int { attention.keyValueHeads * group }

    func kernels(family: KernelFamily) -> TrainingAttentionKernels {
        guard let kernels = training_attention_kernels(family, attention.precision == .bf16) else {
            preconditionFailure("no training attention for this family")
        }
        return kernels.pointee
    }

    /// The first query head of a piece.
    func firstHead(_ piece: PackedPiece) -> Int { piece.keyValueHead * group + piece.heads.lowerBound }

    func sequence(_ piece: PackedPiece, _ outputs: Tensor, _ logSumExp: Tensor) -> TrainingSequence {
        let start = piece.sequence.lowerBound, head = firstHead(piece), reach = reach(tokens: piece.sequence.count)
        return TrainingSequence(
            tokens: Int32(piece.sequence.count), heads: Int32(min(piece.heads.count, group)), key_dim: Int32(keyDim),
            value_dim: Int32(valueDim), window: reach.window, ahead: reach.ahead, globals: reach.globals, blocks: tables[start]?.pointer,
            scale: attention.rule.scale, soft_cap: attention.rule.softCap ?? 0,
            slopes: slopes.map { UnsafePointer($0.values + head) }, biases: biases.map { UnsafePointer($0.origin(head: head)) },
            bias_stride: biases?.columns ?? 0, sinks: sinks.map { UnsafePointer($0.values + head) },
            queries: queries.row(start) + head * keyDim, keys: keys.row(start) + piece.keyValueHead * keyDim,
            values: values.row(start) + piece.keyValueHead * valueDim, query_stride: queries.columns, key_stride: keys.columns,
            value_stride: values.columns, outputs: outputs.row(start) + head * valueDim, output_stride: outputs.columns,
            log_sum: logSumExp.row(start) + head, log_sum_stride: logSumExp.columns)
    }

    /// What a query sees, in the kernel's terms: keys up to its own (0: all), keys behind it, and the tokens that see and show everything.
    private func reach(tokens: Int) -> (window: Int32, ahead: Int32, globals: Int32) {
        switch attention.pattern {
        case .causal(let window): (Int32(min(window ?? 0, tokens)), 0, 0)
        case .whole, .blocks: (0, Int32(tokens), 0)
        case .window(let side, let globals): (Int32(min(side, tokens) + 1), Int32(min(side, tokens)), Int32(min(globals, tokens)))
        }
    }

    /// - Parameters:
    ///   - biases: where the piece's gradients of biases are added up.
    ///   - isSplit: whether gradients of keys and values have columns for every query head.
    func places(
        _ piece: PackedPiece, of gradient: PackedAttentionGradient, biases: PackedBiases?, outputGradient: Tensor, isSplit: Bool
    ) -> TrainingGradient {
        let start = piece.sequence.lowerBound, head = firstHead(piece), place = isSplit ? head : piece.keyValueHead
        return TrainingGradient(
            outputs: outputGradient.row(start) + head * valueDim, queries: gradient.queries.row(start) + head * keyDim,
            keys: gradient.keys.row(start) + place * keyDim, values: gradient.values.row(start) + place * valueDim,
            key_stride: gradient.keys.columns, value_stride: gradient.values.columns, biases: biases?.origin(head: 0))
    }
}

extension Tensor {
    /// Sets all values of some rows.
    func fill(_ rows: Range<Int>, with value: Float) {
        guard !rows.isEmpty else { return }
        row(rows.lowerBound).update(repeating: value, count: rows.count * columns)
    }
}
