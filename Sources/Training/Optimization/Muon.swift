import Tensors

/// Momentum whose steps are made orthogonal, for the matrices of layers; all other parameters take AdamW's steps. (Jordan et al., Muon:
/// An Optimizer for Hidden Layers in Neural Networks, 2024; scaled to the size of AdamW's steps after Liu et al., Muon is Scalable for
/// LLM Training, 2025, so that one learning rate serves both.)
package final class Muon: Optimizer {
    private static let momentumKept: Float = 0.95
    /// The usual root mean square of AdamW's steps.
    private static let stepSize: Float = 0.2

    private let weightDecay: Float
    private let workspace: Workspace
    private let matrices: [(parameter: Parameter, momentum: Tensor)]
    private let others: AdamW

    package init(_ parameters: [Parameter], options: AdamWOptions = AdamWOptions(), compute: Compute) {
        weightDecay = Float(options.weightDecay)
        workspace = Workspace(compute: compute)
        matrices = parameters.filter(Self.isHidden).map { ($0, Tensor(rows: $0.value.rows, columns: $0.value.columns)) }
        others = AdamW(parameters.filter { !Self.isHidden($0) }, options: options, compute: compute)
    }

    /// Whether a parameter leads from one state of the model to another; embeddings and the head, which lead from and to tokens, do not.
    private static func isHidden(_ parameter: Parameter) -> Bool {
        parameter.decays && parameter.shape.count >= 2 && parameter.name.hasPrefix("blk.")
    }

    package var memory: [NamedTensor] { matrices.map { ($0.parameter.name + ".momentum", $0.momentum) } + others.memory }

    package func step(_ number: Int, rate: Double, gradientScale: Double) {
        for (parameter, momentum) in matrices {
            for rows in parameter.matrices {
                change(
                    parameter.value.rows(rows), by: parameter.gradient.rows(rows), momentum.rows(rows), rate: Float(rate),
                    gradientScale: Float(gradientScale))
            }
        }
        others.step(number, rate: rate, gradientScale: gradientScale)
    }

    /// One step of one matrix.
    private func change(_ value: Tensor, by gradient: Tensor, _ momentum: Tensor, rate: Float, gradientScale: Float) {
        let compute = workspace.compute, direction = workspace.copy(gradient)
        compute.scale(momentum, by: Self.momentumKept)
        compute.add(gradient, times: gradientScale, to: momentum)
        compute.scale(direction, by: gradientScale)
        compute.add(momentum, times: Self.momentumKept, to: direction)
        let step = Orthogonalizer(workspace).orthogonal(direction)
        compute.scale(value, by: 1 - rate * weightDecay)
        compute.add(step, times: -rate * Self.stepSize * Float(max(value.rows, value.columns)).squareRoot(), to: value)
    }
}

/// Brings all singular values of a matrix near one, by a polynomial that is applied a few times.
struct Orthogonalizer {
    private static let rounds = 5
    /// The coefficients of x, x³ and x⁵ that Muon's authors found: small values grow fast, and all end between 0.7 and 1.2.
    private static let coefficients: (Float, Float, Float) = (3.4445, -4.775, 2.0315)

    private let workspace: Workspace
    private var compute: Compute { workspace.compute }

    init(_ workspace: Workspace) { self.workspace = workspace }

    /// - Parameter x: `[rows, columns]`; it is not changed.
    func orthogonal(_ x: Tensor) -> Tensor {
        let isTall = x.rows > x.columns
        let wide = isTall ? transposed(x) : workspace.copy(x)
        compute.scale(wide, by: Float(1 / (compute.sumOfSquares(wide).squareRoot() + 1e-7)))
        for _ in 0..<Self.rounds { refine(wide) }
        return isTall ? transposed(wide) : wide
    }

    /// X becomes a·X + (b·A + c·A²)·X, where A = X·Xᵀ.
    private func refine(_ x: Tensor) {
        let square = product(x, x), fourth = product(square, square), (a, b, c) = Self.coefficients
        compute.scale(fourth, by: c)
        compute.add(square, times: b, to: fourth)
        let change = workspace.tensor(like: x)
        workspace.withTransposed(x, as: .bf16) { compute.multiply(fourth, $0, into: change) }
        compute.scale(x, by: a)
        compute.add(change, to: x)
    }

    /// `x · yᵀ`, in bfloat16, which is exact enough for a direction.
    private func product(_ x: Tensor, _ y: Tensor) -> Tensor {
        let product = workspace.tensor(x.rows, y.rows), memory = workspace.tensor(y.rows, (y.columns + 1) / 2)
        let matrix = memory.matrix(as: .bf16, rows: y.rows, columns: y.columns)
        compute.convert(y, into: matrix)
        compute.multiply(x, matrix, into: product)
        withExtendedLifetime(memory) {}
        return product
    }

    private func transposed(_ x: Tensor) -> Tensor {
        let transposed = workspace.tensor(x.columns, x.rows)
        compute.transpose(x, into: transposed)
        return transposed
    }
}
