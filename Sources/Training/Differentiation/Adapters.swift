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

    /// The adapter of a linear layer, if it is to have one.
    mutating func adapter(for declaration: WeightDeclarations.Declaration, precision: TrainingOptions.Precision) -> Adapter? {
        guard Self.isLinearLayer(declaration), isMeant(declaration.name) else { return nil }
        let (inner, outer) = made[declaration.name] ?? make(declaration)
        return Adapter(
            inner: LinearWeight(inner, precision: precision),
            outer: LinearWeight(outer, part: declaration.part, precision: precision), scale: options.scale)
    }

    private mutating func make(_ declaration: WeightDeclarations.Declaration) -> (inner: StoredWeight, outer: StoredWeight) {
        let outputs = declaration.shape[0], inputs = declaration.shape[1], rank = options.rank
        // What other adapters there are makes no difference to this one.
        var random = SplitMix64(seed: Fingerprint(of: declaration.name.utf8).value ^ options.seed)
        let bound = 1 / Float(inputs).squareRoot()
        let inner = Tensor(rows: rank, columns: inputs, (0..<rank * inputs).map { _ in random.next(within: bound) })
        let pair = [("lora_a", inner), ("lora_b", Tensor(rows: outputs, columns: rank))].map { suffix, value in
            Parameter(name: "\(declaration.name).\(suffix)", shape: [value.rows, value.columns], value: value, decays: true)
        }
        parameters += pair
        let stored = (inner: StoredWeight(pair[0]), outer: StoredWeight(pair[1]))
        made[declaration.name] = stored
        names.append(declaration.name)
        return stored
    }

    /// The weights that have got adapters, of all tensors by name.
    func adapted(_ tensors: [String: StoredWeight]) -> [AdaptedWeight] {
        names.compactMap { name in
            guard let base = tensors[name], let (inner, outer) = made[name] else { return nil }
            return AdaptedWeight(name: name, base: base, inner: inner, outer: outer, scale: options.scale)
        }
    }

    private static func isLinearLayer(_ declaration: WeightDeclarations.Declaration) -> Bool {
        if case .matrix = declaration.form { declaration.name.hasPrefix("blk.") } else { false }
    }

    private func isMeant(_ name: String) -> Bool { options.targets?.contains { name.contains($0) } ?? true }
}

/// A weight and its adapter, as a whole.
struct AdaptedWeight {
    let name: String
    let base: StoredWeight
    let inner: StoredWeight
    let outer: StoredWeight
    let scale: Float

    /// `W + scale · B · A`, in float32.
    func merged(_ workspace: Workspace) -> Tensor {
        let sum = Tensor(decoding: base.table)
        guard let a = inner.values, let b = outer.values else { preconditionFailure("adapters are parameters") }
        let product = workspace.tensor(like: sum)
        workspace.compute.multiply(b, workspace.compute.transposed(a, as: .f32), into: product)
        workspace.compute.scale(product, by: scale)
        workspace.compute.add(product, to: sum)
        return sum
    }
}

extension SplitMix64 {
    /// Evenly distributed over ±bound.
    fileprivate mutating func next(within bound: Float) -> Float { bound * (2 * Float(next() >> 40) / Float(1 << 24) - 1) }
}
