import Diagnostics
import Models
import Tensors

/// Makes the adapters of a model's linear layers. Parts of one tensor share its adapter, of which each has its rows of B.
struct AdapterFactory {
    private let options: LoRAOptions
    private var made: [String: (inner: StoredWeight, outer: StoredWeight)] = [:]
    private var names: [String] = []
    private(set) var parameters: [Parameter] = []

    /// - Throws: `DifferentiationError` if no layer is meant, or for a rank below 1.
    init(_ options: LoRAOptions, _ declarations: [WeightDeclarations.Declaration]) throws(DifferentiationError) {
        self.options = options
        guard options.rank >= 1 else { throw .badRank(options.rank) }
        let known = declarations.filter(Self.isLinearLayer).map(\.name)
        guard known.contains(where: isMeant) else {
            let kinds = Set(known.compactMap { $0.split(separator: ".").dropFirst(2).first.map(String.init) })
            throw .noLayerForAdapters(targets: options.targets ?? [], known: kinds.sorted())
        }
    }

    /// The adapter of a linear layer, if it is to have one; each expert's is its own.
    mutating func adapter(
        for declaration: WeightDeclarations.Declaration, expert: Int? = nil, precision: TrainingOptions.Precision
    ) -> Adapter? {
        guard Self.isLinearLayer(declaration), isMeant(declaration.name) else { return nil }
        let (inner, outer) = made[declaration.name] ?? make(declaration)
        let rank = options.rank, outputs = declaration.shape[declaration.shape.count - 2]
        let innerPart = expert.map { $0 * rank..<($0 + 1) * rank }, outerPart = expert.map { $0 * outputs..<($0 + 1) * outputs }
        return Adapter(
            inner: LinearWeight(inner, part: innerPart, precision: precision),
            outer: LinearWeight(outer, part: outerPart ?? declaration.part, precision: precision), scale: options.scale)
    }

    private mutating func make(_ declaration: WeightDeclarations.Declaration) -> (inner: StoredWeight, outer: StoredWeight) {
        let shape = declaration.shape, experts = Array(shape.dropLast(2)), count = experts.first ?? 1
        let outputs = shape[shape.count - 2], inputs = shape[shape.count - 1], rank = options.rank
        // What other adapters there are makes no difference to this one.
        var random = SplitMix64(seed: Fingerprint(of: declaration.name.utf8).value ^ options.seed)
        let bound = 1 / Float(inputs).squareRoot()
        let a = Tensor(rows: count * rank, columns: inputs, (0..<count * rank * inputs).map { _ in random.next(within: bound) })
        let b = Tensor(rows: count * outputs, columns: rank)
        let inner = Parameter(name: declaration.name + ".lora_a", shape: experts + [rank, inputs], value: a, decays: true)
        let outer = Parameter(name: declaration.name + ".lora_b", shape: experts + [outputs, rank], value: b, decays: true)
        parameters += [inner, outer]
        let stored = (inner: StoredWeight(inner), outer: StoredWeight(outer))
        made[declaration.name] = stored
        names.append(declaration.name)
        return stored
    }

    /// The weights that have got adapters, of all tensors by name.
    func adapted(_ tensors: [String: [StoredWeight]]) -> [AdaptedWeight] {
        names.compactMap { name in
            guard let base = tensors[name], let (inner, outer) = made[name] else { return nil }
            return AdaptedWeight(name: name, base: base, inner: inner, outer: outer, scale: options.scale)
        }
    }

    private static func isLinearLayer(_ declaration: WeightDeclarations.Declaration) -> Bool {
        switch declaration.form {
        case .matrix, .experts: declaration.name.hasPrefix("blk.")
        case .numbers: false
        }
    }

    private func isMeant(_ name: String) -> Bool { options.targets?.contains { name.contains($0) } ?? true }
}

/// A weight and its adapter, as a whole.
struct AdaptedWeight {
    let name: String
    /// The matrix, or those of the experts.
    let base: [StoredWeight]
    let inner: StoredWeight
    let outer: StoredWeight
    let scale: Float

    /// `W + scale · B · A`, in float32; of experts one below the other.
    func merged(_ workspace: Workspace) -> Tensor {
        guard let a = inner.values, let b = outer.values else { preconditionFailure("adapters are parameters") }
        let rank = a.rows / base.count, outputs = b.rows / base.count, merged = Tensor(rows: b.rows, columns: a.columns)
        for (place, matrix) in base.enumerated() {
            let product = merged.rows(place * outputs..<(place + 1) * outputs)
            let right = workspace.compute.transposed(a.rows(place * rank..<(place + 1) * rank), as: .f32)
            workspace.compute.multiply(b.rows(place * outputs..<(place + 1) * outputs), right, into: product)
            workspace.compute.scale(product, by: scale)
            workspace.compute.add(Tensor(decoding: matrix.table), to: product)
        }
        return merged
    }
}

extension SplitMix64 {
    /// Evenly distributed over ±bound.
    fileprivate mutating func next(within bound: Float) -> Float { bound * (2 * Float(next() >> 40) / Float(1 << 24) - 1) }
}
