import Diagnostics
import Foundation

/// The model that serves where none is named: a resource of the package, made by the recipes Recipes/built-in-1.yaml to 4.
public enum BuiltInModel {
    private static let fileName = "built-in.gguf"
    /// The folders that SwiftPM puts beside what it builds, on Linux and on macOS.
    private static let folderNames = ["apus_BuiltInModel.resources", "apus_BuiltInModel.bundle"]

    /// Marks the code that the resources belong to, which a test on macOS loads from elsewhere than its program.
    private final class Marker {}

    /// Where the model lies.
    ///
    /// It is looked for beside the program, which may have been moved together with its folder of resources. (SwiftPM's own way to
    /// resources ends the program where they are missing.)
    /// - Throws: `BuiltInModelError` where it is not there.
    public static func path() throws(BuiltInModelError) -> String {
        for base in bases {
            for name in folderNames {
                for folder in [base + "/" + name, base + "/" + name + "/Contents/Resources"] {
                    let path = folder + "/" + fileName
                    if FileManager.default.fileExists(atPath: path) { return path }
                }
            }
        }
        throw BuiltInModelError(folderName: folderNames[0], base: bases.first ?? "the program")
    }

    /// Folders in which resources may lie: the program's own, wherever a link to it stands, and on macOS those of its bundle.
    private static let bases: [String] = {
        let program = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
        let code = Bundle(for: Marker.self).bundleURL
        let places = [program, Bundle.main.bundleURL, Bundle.main.resourceURL, code, code.deletingLastPathComponent()]
        return places.compactMap { $0?.path }
    }()
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
