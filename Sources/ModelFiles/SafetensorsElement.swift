/// The element types of safetensors files, by their names in the header.
package enum SafetensorsElement: String, Sendable, CaseIterable {
    case bool = "BOOL"
    case uint8 = "U8"
    case int8 = "I8"
    case float8e5m2 = "F8_E5M2"
    case float8e4m3 = "F8_E4M3"
    case float8e8m0 = "F8_E8M0"
    case uint16 = "U16"
    case int16 = "I16"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case uint32 = "U32"
    case int32 = "I32"
    case float32 = "F32"
    case uint64 = "U64"
    case int64 = "I64"
    case float64 = "F64"
    case complex64 = "C64"

    package var byteCount: Int {
        switch self {
        case .bool, .uint8, .int8, .float8e5m2, .float8e4m3, .float8e8m0: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64, .complex64: 8
        }
    }

    /// Bytes of a tensor of the given shape, or nil beyond the integers. A shape without dimensions is one element.
    package func byteCount(ofShape shape: [Int]) -> Int? {
        var total = byteCount
        for dimension in shape {
            let (product, overflow) = total.multipliedReportingOverflow(by: dimension)
            guard !overflow, dimension >= 0 else { return nil }
            total = product
        }
        return total
    }
}

/// What both sides of the safetensors format agree on.
///
/// A file is the length of the header (8 bytes), the header (JSON), and the data, which the tensors cover without holes.
/// Format: the safetensors project's README and its reference reader.
enum SafetensorsLayout {
    static let metadataKey = "__metadata__"
    static let lengthBytes = 8
    /// The reference reader's limit.
    static let longestHeader: UInt64 = 100_000_000
    /// Each tensor that `SafetensorsWriter` writes begins at a multiple of this in the file: a cache line, and what pages want.
    static let alignment = 64
    /// Since the format allows no holes, bytes that only align are tensors of this name and a number; readers here skip them.
    static let paddingPrefix = "__padding."
}
