import Foundation

/// How state that outlives a process is written, so that people can read it, too: sorted keys in snake_case.
package enum StateCoding {
    package static let encoder = encoder(.prettyPrinted)

    /// The same, on one line.
    package static let lineEncoder = encoder([])

    package static let decoder: JSONDecoder = {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }()

    private static func encoder(_ formatting: JSONEncoder.OutputFormatting) -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
        return encoder
    }
}
