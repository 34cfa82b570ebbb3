import Foundation

/// A folder of settings, each a JSON object in a file of its own.
struct SettingsFolder {
    let path: String

    func file(_ name: String) -> String { path.hasSuffix("/") ? path + name : "\(path)/\(name)" }

    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

    /// The names of all files, sorted; none if the folder cannot be listed.
    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

    /// The object in a file that must be there.
    func require(_ name: String) throws(ModelFileError) -> JSONObject {
        let value = try JSONValue(path: file(name))
        guard let object = value.object else {
            throw ModelFileError(.wrongType(expected: "a JSON object", found: value.summary), path: file(name))
        }
        return object
    }

    /// The object in a file that may be there.
    func find(_ name: String) throws(ModelFileError) -> JSONObject? { has(name) ? try require(name) : nil }
}
