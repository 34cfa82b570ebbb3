import Foundation

/// Real models and texts that are too large to be part of the package. They lie in `shared/data` beside its folder; tests that
/// need them are skipped where they are missing.
package enum ExternalData {
    /// The folder of the package.
    package static let packageFolder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The path of a file by its path below `shared/data`, whether or not it exists.
    package static func path(_ name: String) -> String {
        packageFolder.deletingLastPathComponent().appendingPathComponent("shared/data/\(name)").path
    }

    package static func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// The path of a file by its path below `Tests/Fixtures`.
    package static func fixture(_ name: String) -> String {
        packageFolder.appendingPathComponent("Tests/Fixtures/\(name)").path
    }
}
