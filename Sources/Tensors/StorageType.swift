/// How the elements of a tensor are stored: plain numbers, or blocks of numbers that share scales, as GGUF files name them.
///
/// Every type that a file may name is known, so that its tensors can be measured and listed; only some can be computed with.
package struct StorageType: Hashable, Sendable, CustomStringConvertible {
    /// The name in GGUF's spelling, such as "Q8_0".
    package let name: String
    /// The number that stands for the type in a GGUF file.
    package let identifier: UInt32
    /// How many elements a block holds; 1 for plain numbers.
    package let blockLength: Int
    /// The bytes of one block.
    package let blockBytes: Int

    package var description: String { name }

    /// Whether products can be computed with weights of this type.
    package var isComputable: Bool { weightFormat != nil }

    /// The type of a GGUF identifier, or nil if there is none.
    package static func with(identifier: UInt32) -> StorageType? { byIdentifier[identifier] }

    /// The bytes of so many elements, or nil if they do not fill whole blocks or the number is negative or too large.
    package func byteCount(of elements: Int) -> Int? {
        guard elements >= 0, elements.isMultiple(of: blockLength) else { return nil }
        let (bytes, overflow) = (elements / blockLength).multipliedReportingOverflow(by: blockBytes)
        return overflow ? nil : bytes
    }

    private init(_ name: String, _ identifier: UInt32, block: Int = 1, bytes: Int) {
        self.name = name
        self.identifier = identifier
        blockLength = block
        blockBytes = bytes
    }

    /// The type of that name in any case, or nil if there is none.
    package static func named(_ name: String) -> StorageType? { all.first { $0.name == name.uppercased() } }

    private static let byIdentifier = Dictionary(uniqueKeysWithValues: all.map { ($0.identifier, $0) })
}

extension StorageType {
    package static let f32 = StorageType("F32", 0, bytes: 4)
    package static let f16 = StorageType("F16", 1, bytes: 2)
    package static let bf16 = StorageType("BF16", 30, bytes: 2)
    package static let q8_0 = StorageType("Q8_0", 8, block: 32, bytes: 34)
    package static let q4_0 = StorageType("Q4_0", 2, block: 32, bytes: 18)
    package static let q4_1 = StorageType("Q4_1", 3, block: 32, bytes: 20)
    package static let q5_0 = StorageType("Q5_0", 6, block: 32, bytes: 22)
    package static let q5_1 = StorageType("Q5_1", 7, block: 32, bytes: 24)
    package static let q2_k = StorageType("Q2_K", 10, block: 256, bytes: 84)
    package static let q3_k = StorageType("Q3_K", 11, block: 256, bytes: 110)
    package static let q4_k = StorageType("Q4_K", 12, block: 256, bytes: 144)
    package static let q5_k = StorageType("Q5_K", 13, block: 256, bytes: 176)
    package static let q6_k = StorageType("Q6_K", 14, block: 256, bytes: 210)
    package static let iq4_nl = StorageType("IQ4_NL", 20, block: 32, bytes: 18)
    package static let iq4_xs = StorageType("IQ4_XS", 23, block: 256, bytes: 136)
    package static let mxfp4 = StorageType("MXFP4", 39, block: 32, bytes: 17)

    /// All types, in the order of their identifiers.
    package static let all: [StorageType] = [
        f32, f16, q4_0,
        q4_1,
        q5_0,
        q5_1,
        q8_0,
        StorageType("Q8_1", 9, block: 32, bytes: 36),
        q2_k,
        q3_k,
        q4_k,
        q5_k,
        q6_k,
        StorageType("Q8_K", 15, block: 256, bytes: 292),
        StorageType("IQ2_XXS", 16, block: 256, bytes: 66),
        StorageType("IQ2_XS", 17, block: 256, bytes: 74),
        StorageType("IQ3_XXS", 18, block: 256, bytes: 98),
        StorageType("IQ1_S", 19, block: 256, bytes: 50),
        iq4_nl,
        StorageType("IQ3_S", 21, block: 256, bytes: 110),
        StorageType("IQ2_S", 22, block: 256, bytes: 82),
        iq4_xs,
        StorageType("I8", 24, bytes: 1),
        StorageType("I16", 25, bytes: 2),
        StorageType("I32", 26, bytes: 4),
        StorageType("I64", 27, bytes: 8),
        StorageType("F64", 28, bytes: 8),
        StorageType("IQ1_M", 29, block: 256, bytes: 56),
        bf16,
        StorageType("TQ1_0", 34, block: 256, bytes: 54),
        StorageType("TQ2_0", 35, block: 256, bytes: 66),
        mxfp4,
    ]
}
