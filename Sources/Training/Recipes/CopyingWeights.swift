import Diagnostics
import Foundation
import Tensors

/// First weights with which a model copies before it has learned anything.
///
/// Drawn at random, a small model has to see millions of tokens before it finds out how to look something up: a head that notes which
/// token stands before each, and behind it a head that looks for where the present token stood already, and says what came next. (Olsson
/// et al., In-context Learning and Induction Heads, 2022.) Here these heads are there from the beginning, for training to refine.
///
/// The states get places of their own: one number that is the same for every token, the token itself, the token before it, and the tokens
/// lately. All matrices but those of the heads in question stay as they were drawn.
struct CopyingWeights {
    private let sizes: FreshModel.Sizes
    private let deviation: Float
    /// Places in the states; the one number is the first.
    private let token: Range<Int>
    private let previous: Range<Int>
    private let recent: Range<Int>
    /// Turns of each pair of dimensions from one token to the next, in radians.
    private let angles: [Double]
    /// Codes of tokens as layer 0 notes them, `[head, token]`; what of them later layers compare, `[compared, head]`; and the part of a
    /// token that they say, `[head, token]`.
    private let codes: [[Float]]
    private let compared: [[Float]]
    private let said: [[Float]]

    /// How the one number relates to the deviation of the others.
    private static let constant: Float = 8
    /// The score by which a head that looks for the same stands out.
    private static let matchScore: Float = 10

    /// Whether a model of these sizes has room for the heads.
    static func fit(_ sizes: FreshModel.Sizes) -> Bool {
        let angles = angles(sizes)
        return sizes.architecture == "llama" && sizes.tied && sizes.layers >= 3 && sizes.width >= 3 * sizes.headDim
            && sizes.heads >= 2 * sizes.keyValueHeads && !farPairs(angles).isEmpty && !fastPairs(angles).isEmpty
            && !slowPairs(angles).isEmpty
    }

    init(_ sizes: FreshModel.Sizes, deviation: Float) {
        self.sizes = sizes
        self.deviation = deviation
        let dim = sizes.headDim, width = sizes.width
        token = 1..<width - 2 * dim
        previous = width - 2 * dim..<width - dim
        recent = width - dim..<width
        angles = Self.angles(sizes)
        var random = CorpusRandom(seed: sizes.seed ^ Fingerprint(of: "copying".utf8).value)
        let size = 1 / Float(token.count).squareRoot()
        codes = (0..<dim).map { [token] _ in token.map { _ in size * random.normal() } }
        compared = Self.orthonormal(2 * Self.farPairs(angles).count, of: dim, &random)
        said = Self.orthonormal(min(dim, token.count), of: token.count, &random)
    }

    // MARK: - Dimensions that turn

    private static func angles(_ sizes: FreshModel.Sizes) -> [Double] {
        (0..<sizes.headDim / 2).map { pow(sizes.ropeBase, -2 * Double($0) / Double(sizes.headDim)) }
    }

    private static func pairs(_ angles: [Double], where fits: (Double) -> Bool) -> [Int] { angles.indices.filter { fits(angles[$0]) } }
    /// Those that tell neighbours apart.
    private static func fastPairs(_ angles: [Double]) -> [Int] { pairs(angles) { $0 > 0.1 } }
    /// Those that tell near from far.
    private static func slowPairs(_ angles: [Double]) -> [Int] { pairs(angles) { $0 > 0.02 && $0 < 0.3 } }
    /// Those that hardly turn, by which something is recognised at any distance.
    private static func farPairs(_ angles: [Double]) -> [Int] { pairs(angles) { $0 < 0.004 } }

    /// The dimensions of the far pairs.
    private var farDimensions: [Int] { Self.farPairs(angles).flatMap { [2 * $0, 2 * $0 + 1] } }
}

// MARK: - Changing weights

extension CopyingWeights {
    /// Changes a tensor that was drawn at random, if the heads are in it.
    func shape(_ tensor: Tensor, named name: String) {
        switch name {
        case "token_embd.weight": shapeEmbedding(tensor)
        case "output_norm.weight": tensor[0, 0] = 0
        case "blk.0.attn_k.weight": shapePositionKeys(tensor)
        case "blk.0.attn_q.weight": shapePositionQueries(tensor)
        case "blk.0.attn_v.weight": write(codes, to: tensor, rows: 0..<sizes.headDim, columns: token, scale: 1 / tokenSize)
        case "blk.0.attn_output.weight":
            tensor.clear()
            writeIdentity(to: tensor, rows: previous, head: 0, scale: deviation)
            writeIdentity(to: tensor, rows: recent, head: 1, scale: 2 * deviation)
        case "blk.1.attn_k.weight": writeCompared(to: tensor, columns: previous)
        case "blk.1.attn_q.weight": writeCompared(codes, to: tensor)
        case "blk.2.attn_k.weight", "blk.2.attn_q.weight": writeCompared(to: tensor, columns: recent)
        case "blk.1.attn_v.weight", "blk.2.attn_v.weight": write(said, to: tensor, rows: 0..<said.count, columns: token, scale: 1)
        case "blk.1.attn_output.weight": writeSaying(to: tensor, scale: 4 * deviation)
        case "blk.2.attn_output.weight": writeSaying(to: tensor, scale: deviation)
        default: break
        }
    }

    private func shapeEmbedding(_ tensor: Tensor) {
        for row in 0..<tensor.rows {
            tensor[row, 0] = Self.constant * deviation
            for column in token.upperBound..<sizes.width { tensor[row, column] = 0 }
        }
    }

    /// By how much a norm enlarges embeddings: to a mean square of one.
    private var enlargement: Float {
        let square = (Self.constant * Self.constant + Float(token.count)) / Float(sizes.width)
        return 1 / (deviation * square.squareRoot())
    }
    private var tokenSize: Float { enlargement * deviation }
    private var constantSize: Float { tokenSize * Self.constant }

    private func write(_ values: [[Float]], to tensor: Tensor, rows: Range<Int>, columns: Range<Int>, scale: Float) {
        for (row, line) in zip(rows, values) {
            for column in 0..<tensor.columns { tensor[row, column] = 0 }
            for (column, value) in zip(columns, line) { tensor[row, column] = scale * value }
        }
    }

    /// Lets a head write what it sees as it is.
    private func writeIdentity(to tensor: Tensor, rows: Range<Int>, head: Int, scale: Float) {
        for (index, row) in rows.enumerated() { tensor[row, head * sizes.headDim + index] = scale }
    }

    /// Lets the first head add the tokens that it sees to what is going to be said.
    private func writeSaying(to tensor: Tensor, scale: Float) {
        tensor.clear()
        for (dimension, line) in said.enumerated() {
            for (row, value) in zip(token, line) { tensor[row, dimension] = scale * value }
        }
    }
}

// MARK: - Heads that look at near places

extension CopyingWeights {
    private static let keySize: Float = 0.5

    /// What a head looks at, and how sharply: the score that is lost one token off.
    private struct Look {
        let distance: Double
        let pairs: [Int]
        let loss: Double
    }

    private var looks: [Look] {
        let fast = Self.fastPairs(angles), slow = Self.slowPairs(angles)
        return [
            Look(distance: 1, pairs: fast, loss: 4), Look(distance: 6, pairs: slow, loss: 0.1), Look(distance: 2, pairs: fast, loss: 4),
            Look(distance: 3, pairs: fast, loss: 4),
        ]
    }

    private var nearPairs: [Int] { Set(Self.fastPairs(angles) + Self.slowPairs(angles)).sorted() }

    /// All keys are the same but for how they are turned.
    private func shapePositionKeys(_ tensor: Tensor) {
        for pair in nearPairs {
            for row in [2 * pair, 2 * pair + 1] {
                for column in 0..<tensor.columns { tensor[row, column] = 0 }
            }
            tensor[2 * pair, 0] = Self.keySize
        }
    }

    /// All queries of a head are the same, turned back by its distance.
    private func shapePositionQueries(_ tensor: Tensor) {
        let dim = sizes.headDim, group = sizes.heads / sizes.keyValueHeads
        for (head, look) in looks.prefix(group).enumerated() {
            for row in head * dim..<(head + 1) * dim {
                for column in 0..<tensor.columns { tensor[row, column] = 0 }
            }
            let loss = look.pairs.reduce(0) { $0 + 1 - cos(angles[$1]) }
            let size = look.loss * Double(dim).squareRoot() / (loss * Double(Self.keySize * constantSize * constantSize))
            for pair in look.pairs {
                tensor[head * dim + 2 * pair, 0] = Float(size * cos(look.distance * angles[pair]))
                tensor[head * dim + 2 * pair + 1, 0] = Float(-size * sin(look.distance * angles[pair]))
            }
        }
    }
}

// MARK: - Heads that look for the same

extension CopyingWeights {
    /// Of a query and a key of unit size in each number.
    private var comparisonSize: Float {
        (Self.matchScore * Float(sizes.headDim).squareRoot() / Float(compared.count)).squareRoot()
    }

    /// Lets the first head compare what stands at a place of the states.
    private func writeCompared(to tensor: Tensor, columns: Range<Int>) { writeRows(compared, to: tensor, columns: columns) }

    /// Lets it compare the token itself, in the code by which layer 0 notes tokens.
    private func writeCompared(_ codes: [[Float]], to tensor: Tensor) {
        let product = compared.map { line in
            token.indices.map { column in zip(line, codes).reduce(Float(0)) { $0 + $1.0 * $1.1[column - token.lowerBound] } }
        }
        writeRows(product, to: tensor, columns: token)
    }

    private func writeRows(_ lines: [[Float]], to tensor: Tensor, columns: Range<Int>) {
        for row in 0..<sizes.headDim where farDimensions.contains(row) || tensor.rows > sizes.headDim * sizes.keyValueHeads {
            for column in 0..<tensor.columns { tensor[row, column] = 0 }
        }
        for (row, line) in zip(farDimensions, lines) {
            for (column, value) in zip(columns, line) { tensor[row, column] = comparisonSize * value }
        }
    }

    /// So many random rows, each of length one and at right angles to the others (Gram and Schmidt).
    private static func orthonormal(_ count: Int, of length: Int, _ random: inout CorpusRandom) -> [[Float]] {
        var rows: [[Float]] = []
        while rows.count < count {
            var row = (0..<length).map { _ in random.normal() }
            for other in rows {
                let product = zip(row, other).reduce(Float(0)) { $0 + $1.0 * $1.1 }
                row = zip(row, other).map { $0 - product * $1 }
            }
            let size = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            rows.append(row.map { $0 / size })
        }
        return rows
    }
}
