import Diagnostics

/// The model that serves where none is named: a resource of the package, made by the recipes Recipes/built-in-*.yaml.
public enum BuiltInModel {
    private static let fileName = "built-in.gguf"

    /// Marks the code that the resources belong to, which a test on macOS loads from elsewhere than its program.
    private final class Marker {}

    /// Where the model lies.
    /// - Throws: `BuiltInModelError` where it is not there.
    public static func path() throws(BuiltInModelError) -> String {
        let folder = ResourceFolder(of: "BuiltInModel", marker: Marker.self)
        guard let path = folder.path(of: fileName) else { throw BuiltInModelError(folderName: folder.name, base: folder.base) }
        return path
    }
}

/// The built-in model is not where it should be.
public struct BuiltInModelError: Failure {
    let folderName: String
    let base: String

    public var kind: FailureKind { .missingInput }

    public var description: String {
        "the built-in model is missing: its folder \(folderName) belongs beside the program, in \(base); put it there, or name a model "
            + "with --model"
    }
}
