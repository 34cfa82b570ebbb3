import Diagnostics

/// How keys and values are stored, as it is written: one type for both, "bf16", or keys and values apart, "q8:q4".
package struct CacheTypes: Hashable, Sendable {
    package let keys: CacheType
    package let values: CacheType

    package static let bf16 = CacheTypes(keys: .bf16, values: .bf16)

    package init(keys: CacheType, values: CacheType) {
        self.keys = keys
        self.values = values
    }

    /// - Throws: `CacheTypeError` for a name that is none.
    package init(_ text: String) throws(CacheTypeError) {
        let names = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard names.count <= 2, let first = names.first, let last = names.last, let keys = CacheType(rawValue: first),
            let values = CacheType(rawValue: last)
        else { throw CacheTypeError(text: text) }
        self.init(keys: keys, values: values)
    }

    package var name: String { keys == values ? keys.rawValue : "\(keys.rawValue):\(values.rawValue)" }
}

/// A cache type that does not exist.
package struct CacheTypeError: Failure {
    let text: String

    package var kind: FailureKind { .usage }

    package var description: String {
        "\"\(text)\" is no cache type; there are \(CacheType.allCases.map(\.rawValue).joined(separator: ", ")), "
            + "or two of them for keys and values apart, such as q8:q4."
    }
}
