import ModelFiles
import Tensors

/// A model in the layout of Hugging Face, under the names that GGUF has for its settings and tensors.
///
/// Rotation pairs stay half a head apart, as the folder has them, which the metadata says; so hardly anything is copied.
package struct HuggingFaceSource: ModelSource {
    package let folder: HuggingFaceFolder
    package let metadata: GGUFMetadata
    package let tensors: [SourceTensor]
    let recipes: [String: TensorRecipe]

    package var path: String { folder.path }

    /// - Throws: `ModelError` for a model type that is not known, settings that make no sense, or tensors that do not fit together.
    package init(_ folder: HuggingFaceFolder) throws {
        let modelType = folder.config["model_type"]?.string ?? ""
        let (family, architecture) = try DecoderRegistry.family(ofModelType: modelType, in: folder.path)
        try self.init(folder, architecture: architecture, dialect: family.huggingFace)
    }

    /// The same by what is known of the folder's family.
    init(_ folder: HuggingFaceFolder, architecture: String, dialect: HuggingFaceDialect) throws {
        var translation = try HuggingFaceTranslation(folder, architecture: architecture, dialect: dialect)
        try dialect.adjust(&translation)
        self.init(folder, metadata: translation.metadata, recipes: translation.recipes)
    }

    private init(_ folder: HuggingFaceFolder, metadata: GGUFMetadata, recipes: [String: TensorRecipe]) {
        self.folder = folder
        self.metadata = metadata
        self.recipes = recipes
        tensors = recipes.values.map(\.tensor).sorted { $0.name < $1.name }
    }

    /// The same folder, read otherwise.
    func replacing(_ metadata: GGUFMetadata, recipes: [String: TensorRecipe]) -> HuggingFaceSource {
        HuggingFaceSource(folder, metadata: metadata, recipes: recipes)
    }

    /// What can be told of a folder whose kind of model is not known.
    package static func namesAlone(_ folder: HuggingFaceFolder) -> GGUFMetadata {
        let name = folder.path.split(separator: "/").last.map(String.init) ?? folder.path
        return GGUFMetadata(
            [("general.architecture", .string(folder.config["model_type"]?.string ?? "unknown")), ("general.name", .string(name))],
            path: folder.path)
    }

    package func tensor(_ name: String) -> SourceTensor? { recipes[name]?.tensor }

    package func matrix(_ name: String) throws -> Matrix {
        let slices = try matrices(name)
        return slices.count == 1 ? slices[0] : try Matrix.joined(slices)
    }

    package func experts(_ name: String) throws -> [Matrix] {
        let slices = try matrices(name), count = tensor(name)?.shape.first ?? 1
        guard slices.count == 1, count > 1 else { return slices }
        let rows = slices[0].rows / count
        return (0..<count).map { slices[0].rows($0 * rows..<($0 + 1) * rows) }
    }

    private func matrices(_ name: String) throws -> [Matrix] {
        guard let recipe = recipes[name] else { throw ModelError.missingTensor(name, file: path) }
        return try recipe.matrices(folder)
    }
}
