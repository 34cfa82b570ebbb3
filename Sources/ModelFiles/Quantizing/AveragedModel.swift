import Tensors

/// The mean of the weights of models of one shape, as one model: of several that were trained on from the same beginning it is often better
/// than each of them (Wortsman et al., 2022, "Model soups").
///
/// Metadata are the first one's. The mean is in float32, but a tensor that one of them has in blocks counts as one in blocks, since it has lost
/// what it lost.
package struct AveragedModel: ModelSource {
    private let members: [any ModelSource]
    package let tensors: [SourceTensor]

    package var path: String { members[0].path }
    package var metadata: GGUFMetadata { members[0].metadata }

    /// - Parameters:
    ///   - first: the model whose metadata it has.
    ///   - others: those that it is averaged with.
    /// - Throws: `ModelFileError` naming the first file that is of another architecture, or has other tensors.
    package init(_ first: some ModelSource, with others: [any ModelSource]) throws(ModelFileError) {
        let architecture = first.metadata.string("general.architecture") ?? ""
        if !others.isEmpty, let tensor = first.tensors.first(where: { !$0.type.isComputable }) {
            throw Self.unreadable(tensor, in: first)
        }
        for other in others {
            guard other.metadata.string("general.architecture") == architecture else {
                let reason = "it is a model of another architecture than \(first.path), so the two have no mean"
                throw ModelFileError(.foreignPart(reason: reason), path: other.path)
            }
            try Self.check(other, against: first)
        }
        members = [first] + others
        tensors = first.tensors.map { tensor in
            guard !others.isEmpty else { return tensor }
            let types = [tensor.type] + others.compactMap { $0.tensor(tensor.name)?.type }
            return SourceTensor(name: tensor.name, shape: tensor.shape, type: types.first { $0.blockLength > 1 } ?? .f32)
        }
    }

    private static func check(_ other: any ModelSource, against first: some ModelSource) throws(ModelFileError) {
        for tensor in first.tensors {
            guard let own = other.tensor(tensor.name) else {
                throw ModelFileError(.notThere, path: other.path, subject: .tensor(tensor.name))
            }
            guard own.shape == tensor.shape else {
                throw ModelFileError(
                    .invalid(field: "its shape", reason: "is \(own.shape) but \(tensor.shape) in \(first.path)"), path: other.path,
                    subject: .tensor(tensor.name))
            }
            guard own.type.isComputable else { throw unreadable(own, in: other) }
        }
        if let extra = other.tensors.first(where: { first.tensor($0.name) == nil }) {
            throw ModelFileError(.notThere, path: first.path, subject: .tensor(extra.name))
        }
    }

    private static func unreadable(_ tensor: SourceTensor, in model: some ModelSource) -> ModelFileError {
        ModelFileError(
            .wrongType(expected: "of a type that can be read", found: tensor.type.name), path: model.path, subject: .tensor(tensor.name))
    }

    package func tensor(_ name: String) -> SourceTensor? { tensors.first { $0.name == name } }

    package func matrix(_ name: String) throws -> Matrix {
        guard members.count > 1 else { return try members[0].matrix(name) }
        return try Matrix.mean(of: members.map { try $0.matrix(name) })
    }

    package func experts(_ name: String) throws -> [Matrix] {
        let stacks = try members.map { try $0.experts(name) }
        guard stacks.count > 1 else { return stacks[0] }
        return try stacks[0].indices.map { number in try Matrix.mean(of: stacks.map { $0[number] }) }
    }
}
