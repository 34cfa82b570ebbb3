/// How the versions of GGUF differ: version 1 has 32-bit counts, string lengths and dimensions, later ones 64-bit.
///
/// Version 3 differs from 2 only in that it may be big-endian.
/// Format: the "GGUF" specification in the documentation of the ggml project.
struct GGUFLayout {
    static let magic: [UInt8] = Array("GGUF".utf8)
    static let versions: ClosedRange<UInt32> = 1...3
    /// What data is aligned to when no `general.alignment` entry says otherwise.
    static let defaultAlignment = 32
    static let alignments = 8...(1 << 30)
    static let alignmentKey = "general.alignment"
    /// The specification's limit for keys; no tensor has a longer name either.
    static let longestName: UInt64 = 65_535
    static let mostDimensions: UInt32 = 4
    /// Arrays of arrays deeper than this are refused.
    static let deepestNesting = 8

    let version: UInt32

    /// Bytes of a count, a string length or a dimension.
    var lengthBytes: Int { version == 1 ? 4 : 8 }
    /// The least a metadata entry can take: an empty key, its type, a value of one byte.
    var leastEntryBytes: Int { lengthBytes + 4 + 1 }
    /// The least a tensor's description can take: an empty name, no dimensions, type, offset.
    var leastTensorBytes: Int { lengthBytes + 4 + 4 + 8 }
}

extension Int {
    /// The next multiple of `alignment` (a power of two) from here, or nil beyond the integers.
    func aligned(to alignment: Int) -> Int? {
        let (sum, overflow) = addingReportingOverflow(alignment - 1)
        return overflow ? nil : sum & ~(alignment - 1)
    }
}
