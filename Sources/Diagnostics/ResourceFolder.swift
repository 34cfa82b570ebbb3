import Foundation

/// Where the resources of a target lie.
///
/// They are looked for beside the program, which may have been moved together with its folders of resources. (SwiftPM's own way to
/// resources ends the program where they are missing.)
package struct ResourceFolder {
    /// The folder that SwiftPM puts beside what it builds.
    package let name: String
    private let names: [String]
    private let bases: [String]

    /// - Parameters:
    ///   - target: the target that the resources belong to.
    ///   - marker: a class of that target, which a test on macOS loads from elsewhere than its program.
    package init(of target: String, marker: AnyClass) {
        names = ["apus_\(target).resources", "apus_\(target).bundle"]
        name = names[0]
        // The program's own folder, wherever a link to it stands, and on macOS those of its bundle.
        let program = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
        let code = Bundle(for: marker).bundleURL
        let places = [program, Bundle.main.bundleURL, Bundle.main.resourceURL, code, code.deletingLastPathComponent()]
        bases = places.compactMap { $0?.path }
    }

    /// Where the folder belongs.
    package var base: String { bases.first ?? "the program" }

    /// The path of a file or folder among the resources; nil where there is none.
    package func path(of file: String) -> String? {
        for base in bases {
            for name in names {
                for folder in [base + "/" + name, base + "/" + name + "/Contents/Resources"] {
                    let path = folder + "/" + file
                    if FileManager.default.fileExists(atPath: path) { return path }
                }
            }
        }
        return nil
    }
}
