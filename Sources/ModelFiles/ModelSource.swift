import Tensors

/// A model as its files give it: metadata and tensors under the names that GGUF has for them.
///
/// Decoders are written against this alone. A GGUF file is one as it stands; a folder in the layout of Hugging Face becomes one through
/// a translation of its names and settings.
package protocol ModelSource: Sendable {
    /// The file or the folder, as errors call it.
    var path: String { get }
    /// Sizes and settings under GGUF's keys, "llama.block_count".
    var metadata: GGUFMetadata { get }
    /// What tensors there are, in the order of the files.
    var tensors: [SourceTensor] { get }

    func tensor(_ name: String) -> SourceTensor?

    /// The tensor as weights `[rows, columns]`: a vector is one row, and of more than two dimensions all but the last are rows. A view
    /// of a mapped file wherever the file's layout allows it.
    func matrix(_ name: String) throws -> Matrix

    /// A tensor `[experts, rows, columns]` as one matrix for each expert. They need not lie side by side.
    func experts(_ name: String) throws -> [Matrix]
}

extension ModelSource {
    package func experts(_ name: String) throws -> [Matrix] {
        let all = try matrix(name), count = max(1, tensor(name)?.shape.first ?? 1), rows = all.rows / count
        return (0..<count).map { all.rows($0 * rows..<($0 + 1) * rows) }
    }
}

/// What a tensor of a model is, wherever it lies.
package struct SourceTensor: Hashable, Sendable {
    /// GGUF's name for it, "blk.0.attn_q.weight".
    package let name: String
    /// Row-major, slowest dimension first: a weight matrix is `[rows, columns]`.
    package let shape: [Int]
    package let type: StorageType

    package init(name: String, shape: [Int], type: StorageType) {
        self.name = name
        self.shape = shape
        self.type = type
    }

    package var elementCount: Int { shape.reduce(1, *) }
    /// All dimensions but the last, taken together.
    package var rows: Int { shape.dropLast().reduce(1, *) }
    package var columns: Int { shape.last ?? 1 }
}
