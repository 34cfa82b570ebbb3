/// The types of GGUF metadata values, with their numbers in the file.
package enum MetadataType: UInt32, Sendable {
    case uint8 = 0
    case int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

    /// The least number of bytes that one value takes in a file of the given version.
    func leastByteCount(_ layout: GGUFLayout) -> Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        case .string: layout.lengthBytes
        case .array: 4 + layout.lengthBytes
        }
    }
}

extension MetadataType: CustomStringConvertible {
    package var description: String {
        switch self {
        case .uint8: "uint8"
        case .int8: "int8"
        case .uint16: "uint16"
        case .int16: "int16"
        case .uint32: "uint32"
        case .int32: "int32"
        case .float32: "float32"
        case .bool: "bool"
        case .string: "string"
        case .array: "array"
        case .uint64: "uint64"
        case .int64: "int64"
        case .float64: "float64"
        }
    }
}

/// One GGUF metadata value. A string that is not valid UTF-8 shows U+FFFD where it is broken;
/// the strings of an array keep their bytes (`StringTable`).
package enum MetadataValue: Hashable, Sendable {
    case uint8(UInt8)
    case int8(Int8)
    case uint16(UInt16)
    case int16(Int16)
    case uint32(UInt32)
    case int32(Int32)
    case uint64(UInt64)
    case int64(Int64)
    case float32(Float)
    case float64(Double)
    case bool(Bool)
    case string(String)
    case array(MetadataArray)

    package var type: MetadataType {
        switch self {
        case .uint8: .uint8
        case .int8: .int8
        case .uint16: .uint16
        case .int16: .int16
        case .uint32: .uint32
        case .int32: .int32
        case .uint64: .uint64
        case .int64: .int64
        case .float32: .float32
        case .float64: .float64
        case .bool: .bool
        case .string: .string
        case .array: .array
        }
    }

    /// The value as an integer, if it is one of any width and fits.
    package var integer: Int? {
        switch self {
        case .uint8(let value): Int(value)
        case .int8(let value): Int(value)
        case .uint16(let value): Int(value)
        case .int16(let value): Int(value)
        case .uint32(let value): Int(exactly: value)
        case .int32(let value): Int(value)
        case .uint64(let value): Int(exactly: value)
        case .int64(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The value as a floating-point number, if it is one or an integer.
    package var number: Double? {
        switch self {
        case .float32(let value): Double(value)
        case .float64(let value): value
        default: integer.map(Double.init)
        }
    }

    /// The value in a few words for people: a long array is named by its length and type.
    package var summary: String {
        switch self {
        case .uint8(let value): "\(value)"
        case .int8(let value): "\(value)"
        case .uint16(let value): "\(value)"
        case .int16(let value): "\(value)"
        case .uint32(let value): "\(value)"
        case .int32(let value): "\(value)"
        case .uint64(let value): "\(value)"
        case .int64(let value): "\(value)"
        case .float32(let value): "\(value)"
        case .float64(let value): "\(value)"
        case .bool(let value): "\(value)"
        case .string(let value): value
        case .array(let value): value.summary
        }
    }
}

/// An array of GGUF metadata values, all of one type.
package enum MetadataArray: Hashable, Sendable {
    case uint8([UInt8])
    case int8([Int8])
    case uint16([UInt16])
    case int16([Int16])
    case uint32([UInt32])
    case int32([Int32])
    case uint64([UInt64])
    case int64([Int64])
    case float32([Float])
    case float64([Double])
    case bool([Bool])
    case string(StringTable)
    case array([MetadataArray])

    package var elementType: MetadataType {
        switch self {
        case .uint8: .uint8
        case .int8: .int8
        case .uint16: .uint16
        case .int16: .int16
        case .uint32: .uint32
        case .int32: .int32
        case .uint64: .uint64
        case .int64: .int64
        case .float32: .float32
        case .float64: .float64
        case .bool: .bool
        case .string: .string
        case .array: .array
        }
    }

    /// The elements, whatever their type.
    package var elements: any RandomAccessCollection {
        switch self {
        case .uint8(let elements): elements
        case .int8(let elements): elements
        case .uint16(let elements): elements
        case .int16(let elements): elements
        case .uint32(let elements): elements
        case .int32(let elements): elements
        case .uint64(let elements): elements
        case .int64(let elements): elements
        case .float32(let elements): elements
        case .float64(let elements): elements
        case .bool(let elements): elements
        case .string(let elements): elements
        case .array(let elements): elements
        }
    }

    package var count: Int { elements.count }

    /// The elements as integers, if they are integers of any width and all fit.
    package var integers: [Int]? {
        switch self {
        case .uint8(let elements): elements.map(Int.init)
        case .int8(let elements): elements.map(Int.init)
        case .uint16(let elements): elements.map(Int.init)
        case .int16(let elements): elements.map(Int.init)
        case .uint32(let elements): elements.map(Int.init)
        case .int32(let elements): elements.map(Int.init)
        case .uint64(let elements): exact(elements)
        case .int64(let elements): exact(elements)
        case .float32, .float64, .bool, .string, .array: nil
        }
    }

    /// The elements as float32, if they are floating-point numbers or integers. Wider ones are rounded.
    package var floats: [Float]? {
        switch self {
        case .float32(let elements): elements
        case .float64(let elements): elements.map { Float($0) }
        default: integers?.map { Float($0) }
        }
    }

    /// Short arrays in full, long ones by length and type: "[1, 2, 3]", "512 × string".
    package var summary: String {
        guard count <= 8 else { return "\(count) × \(elementType)" }
        if case .array(let arrays) = self { return "[" + arrays.map(\.summary).joined(separator: ", ") + "]" }
        return "[" + elements.map { "\($0)" }.joined(separator: ", ") + "]"
    }

    private func exact(_ elements: [some BinaryInteger]) -> [Int]? {
        let exact = elements.compactMap { Int(exactly: $0) }
        return exact.count == elements.count ? exact : nil
    }
}
