import Tensors

/// The matrices of one layer's experts where each is a tensor of its own, "blk.3.ffn_up.7.weight".
struct ExpertStack {
    /// "blk.3.ffn_up_exps.weight", with the shape `[experts, rows, columns]`.
    let tensor: SourceTensor
    /// The names of its matrices, in the order of the experts.
    let members: [String]

    private let types: Set<StorageType>

    /// Whether all matrices are stored alike. Mixtures may have given one expert's more bits than another's.
    var isUniform: Bool { types.count == 1 }

    private static let kinds: Set<Substring> = ["ffn_gate", "ffn_up", "ffn_down"]

    /// The tensors of a model with a stack in place of its first matrix, and the stacks by their names.
    static func gathered(
        from tensors: [SourceTensor], path: String
    ) throws(ModelFileError) -> (tensors: [SourceTensor], stacks: [String: ExpertStack]) {
        var members: [String: [Int: SourceTensor]] = [:]
        var order: [(tensor: SourceTensor, stack: String?)] = []
        for tensor in tensors {
            guard let (stack, expert) = parse(tensor.name) else {
                order.append((tensor, nil))
                continue
            }
            if members[stack] == nil { order.append((tensor, stack)) }
            members[stack, default: [:]][expert] = tensor
        }
        var stacks: [String: ExpertStack] = [:]
        for (name, matrices) in members { stacks[name] = try ExpertStack(name, matrices, path: path) }
        return (order.map { entry in entry.stack.flatMap { stacks[$0]?.tensor } ?? entry.tensor }, stacks)
    }

    /// The stack that a matrix belongs to and the number of its expert; nil for other tensors.
    private static func parse(_ name: String) -> (stack: String, expert: Int)? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == "blk", kinds.contains(parts[2]), parts[4] == "weight" else { return nil }
        guard let expert = Int(parts[3]), String(expert) == parts[3] else { return nil }
        return ("blk.\(parts[1]).\(parts[2])_exps.weight", expert)
    }

    /// - Throws: `ModelFileError` for an expert that is missing, or not like the first.
    private init(_ name: String, _ matrices: [Int: SourceTensor], path: String) throws(ModelFileError) {
        var members: [SourceTensor] = []
        for expert in 0..<matrices.count {
            guard let matrix = matrices[expert] else {
                let single = name.replacingSuffix("_exps.weight", with: ".\(expert).weight")
                throw ModelFileError(.notThere, path: path, subject: .tensor(single))
            }
            members.append(matrix)
        }
        for matrix in members where matrix.shape != members[0].shape || matrix.shape.count != 2 {
            throw ModelFileError(
                .wrongType(expected: "a matrix of the shape \(members[0].shape) of \(members[0].name)", found: "\(matrix.shape)"),
                path: path,
                subject: .tensor(matrix.name))
        }
        types = Set(members.map(\.type))
        tensor = SourceTensor(name: name, shape: [members.count] + members[0].shape, type: Self.type(standingFor: types))
        self.members = members.map(\.name)
    }

    /// One that cannot be computed with, so that the stack cannot either; else the finest, so that writing the stack in one type loses least.
    private static func type(standingFor types: Set<StorageType>) -> StorageType {
        let candidates = types.filter { !$0.isComputable }
        return (candidates.isEmpty ? types : candidates).max { ($0.bitsPerWeight, $0.name) < ($1.bitsPerWeight, $1.name) } ?? .f32
    }
}

extension StorageType {
    fileprivate var bitsPerWeight: Double { Double(blockBytes * 8) / Double(blockLength) }
}

extension String {
    fileprivate func replacingSuffix(_ suffix: String, with other: String) -> String { String(dropLast(suffix.count)) + other }
}
