import Tensors

/// A model in the GGUF format: one file, or the parts of one that is split over several, with the tensors of all of them.
///
/// Matrices of single experts, as the first files of Mixtral have them, appear as the stacks that newer files have.
package struct GGUFModel: ModelSource {
    /// As it was named; of a split model the part that was.
    package let path: String
    /// In their order, mapped one by one.
    package let files: [GGUFFile]
    /// That of the first part, without what it says of the split.
    package let metadata: GGUFMetadata
    package let tensors: [SourceTensor]
    private let stacks: [String: ExpertStack]
    /// Where each tensor is among `tensors`.
    private let places: [String: Int]
    /// The file that holds each of its own tensors.
    private let holders: [String: Int]

    /// Opens the file at `path`, and if it is a part of a model all other parts as well.
    /// - Throws: `ModelFileError` naming the part that is missing or belongs to another model.
    package init(path: String) throws(ModelFileError) {
        try self.init(GGUFFile(path: path))
    }

    package init(_ file: GGUFFile) throws(ModelFileError) {
        path = file.path
        files = try GGUFSplit.parts(with: file)
        metadata = GGUFSplit.joined(files[0].metadata, path: file.path)
        holders = Dictionary(
            files.enumerated().flatMap { number, file in file.tensors.map { ($0.name, number) } }, uniquingKeysWith: { first, _ in first })
        let found = try ExpertStack.gathered(from: files.flatMap(\.tensors), path: file.path)
        tensors = found.tensors
        stacks = found.stacks
        places = Dictionary(tensors.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package func tensor(_ name: String) -> SourceTensor? { places[name].map { tensors[$0] } }

    package func matrix(_ name: String) throws -> Matrix {
        guard let stack = stacks[name] else { return try ownMatrix(name) }
        guard stack.isUniform else {
            throw ModelFileError(
                .wrongType(expected: "of one type", found: "a stack of several, which have to be read one by one"), path: path,
                subject: .tensor(name))
        }
        return try Matrix.joined(stack.members.map(ownMatrix))
    }

    package func experts(_ name: String) throws -> [Matrix] {
        if let stack = stacks[name] { return try stack.members.map(ownMatrix) }
        let all = try ownMatrix(name), count = max(1, tensor(name)?.shape.first ?? 1), rows = all.rows / count
        return (0..<count).map { all.rows($0 * rows..<($0 + 1) * rows) }
    }

    /// A tensor that one of the files holds under this name.
    private func ownMatrix(_ name: String) throws(ModelFileError) -> Matrix {
        guard let holder = holders[name] else { throw ModelFileError(.notThere, path: path, subject: .tensor(name)) }
        return try files[holder].matrix(name)
    }
}
