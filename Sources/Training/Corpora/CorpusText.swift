import Diagnostics
import Documents
import Foundation
import ModelFiles

/// One document to train on.
package struct CorpusText: Hashable, Sendable {
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// Reads files, and of folders all files that end in `.txt`, in the order of their names. Each is one document, without what a
    /// publisher put around it.
    /// - Throws: `DocumentError` for what cannot be read as text; `CorpusError.noTexts`.
    package static func read(_ paths: [String], joinsLines: Bool = false) throws -> [CorpusText] {
        guard !paths.isEmpty else { throw CorpusError.noTexts("the corpus") }
        return try paths.flatMap(files).map { path in
            let cleaned = BookText.cleaned(try PlainText(reading: path).bytes, joinsLines: joinsLines)
            guard !cleaned.isEmpty else { throw DocumentError(.empty, name: path) }
            return CorpusText(name: path, bytes: cleaned)
        }
    }

    /// The files that a path stands for.
    package static func files(at path: String) throws -> [String] {
        guard FileManager.default.isFolder(atPath: path) else { return [path] }
        let names = try FileManager.default.subpathsOfDirectory(atPath: path).filter { $0.hasSuffix(".txt") }.sorted()
        guard !names.isEmpty else { throw CorpusError.noTexts(path) }
        return names.map { "\(path)/\($0)" }
    }

    /// The document in two: what is trained on, and its last part, which is not.
    ///
    /// The cut is at the beginning of a paragraph.
    /// - Parameter share: of the document that is held out, about.
    /// - Returns: nothing held out where there is no such place in the document's second half.
    package func split(holdingOut share: Double) -> (training: CorpusText, heldOut: CorpusText?) {
        precondition((0..<1).contains(share))
        guard share > 0 else { return (self, nil) }
        let wanted = bytes.count - Int(Double(bytes.count) * share)
        let places = (bytes.count / 2..<bytes.count).lazy.filter { bytes[$0 - 1] == 0x0a && $0 > 1 && bytes[$0 - 2] == 0x0a }
        guard let cut = places.min(by: { abs($0 - wanted) < abs($1 - wanted) }) else { return (self, nil) }
        return (CorpusText(name: name, bytes: Array(bytes[..<cut])), CorpusText(name: name, bytes: Array(bytes[cut...])))
    }
}
