import Diagnostics
import Foundation
import Generation
import ModelFiles
import Models

extension Embedder {
    /// Whether a path leads to an encoder, of which nothing is opened but its settings.
    /// - Throws: an error that says what is wrong with the files.
    package static func isEncoder(at path: String) throws -> Bool {
        if FileManager.default.isFolder(atPath: path) {
            let folder = try HuggingFaceFolder(path: SentenceSettings(folder: path).modelFolder)
            return EncoderRegistry.family(ofModelType: folder.config["model_type"]?.string ?? "") != nil
        }
        let architecture = try GGUFFile(path: path).metadata.requireString("general.architecture")
        return EncoderRegistry.family(of: architecture) != nil
    }

    /// Runs a packing test: each repetition goes through all ways, so that whatever else the machine does meets all of them. In a padded batch all
    /// rows are computed, as they are where texts of different lengths cannot share a pass otherwise.
    ///
    /// - Throws: `EmbeddingError` for texts beyond the window; `Interrupted`.
    package func measure(_ test: PackingTest, cancellation: Cancellation = Cancellation()) throws -> [PackingResult] {
        guard test.lengths.upperBound <= window else {
            throw EmbeddingError.textTooLong(number: 1, tokens: test.lengths.upperBound, window: window)
        }
        return try test.results { lengths in
            for pass in TokenPasses.ranges(of: lengths) {
                try cancellation.check()
                _ = try states(of: lengths[pass].map { length in (0..<length).map { Int32(($0 * 7919 + 13) % vocabulary) } })
            }
        }
    }
}
