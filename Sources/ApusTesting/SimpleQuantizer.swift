import Tensors

/// Turns float32 rows into the storage types that can be computed with, in the plainest way: for tests, and independent of the
/// package's own conversions.
package enum SimpleQuantizer {
    /// The bytes of `values` as `type`; nil for other types, or if the values do not divide into blocks.
    package static func encode(_ values: [Float], as type: StorageType) -> [UInt8]? {
        guard values.count % type.blockLength == 0 else { return nil }
        switch type {
        case .f32: return values.map(\.bitPattern.littleEndian).withUnsafeBytes(Array.init)
        case .f16: return values.map { half($0).littleEndian }.withUnsafeBytes(Array.init)
        case .bf16: return values.map { brainFloat($0).littleEndian }.withUnsafeBytes(Array.init)
        case .q8_0: return blocks(values, encodeQ8)
        case .q4_0: return blocks(values, encodeQ4)
        default: return nil
        }
    }

    /// Rounds to IEEE half precision, ties to even; too large becomes infinity.
    package static func half(_ value: Float) -> UInt16 {
        let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
        if value.isNaN { return sign | 0x7E00 }
        // Below the smallest normal half, one unit is always 2^-24.
        let unitExponent = value.isFinite && value != 0 ? max(Int(value.exponent), -14) - 10 : 0
        let units = (value.magnitude / Float(sign: .plus, exponent: unitExponent, significand: 1)).rounded(.toNearestOrEven)
        guard value.isFinite, units * Float(sign: .plus, exponent: unitExponent, significand: 1) <= 65_504 else { return sign | 0x7C00 }
        // Normal numbers have 1024...2048 units; the carry of 2048 runs into the exponent, where it belongs.
        let biased = unitExponent + 24
        return sign | (units < 1024 ? UInt16(units) : UInt16(Int(units) + biased << 10))
    }

    /// Rounds to bfloat16, ties to even.
    package static func brainFloat(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
    }

    private static func blocks(_ values: [Float], _ encode: (ArraySlice<Float>) -> [UInt8]) -> [UInt8] {
        stride(from: 0, to: values.count, by: 32).flatMap { encode(values[$0..<($0 + 32)]) }
    }

    /// Half scale, then 32 signed bytes.
    private static func encodeQ8(_ block: ArraySlice<Float>) -> [UInt8] {
        let scale = (block.map(\.magnitude).max() ?? 0) / 127
        let quants = block.map { Int8(scale == 0 ? 0 : ($0 / scale).rounded()) }
        return littleEndian(half(scale)) + quants.map { UInt8(bitPattern: $0) }
    }

    /// Half scale, then 16 bytes: low nibbles are elements 0-15, high nibbles 16-31, each 8 more than the number.
    private static func encodeQ4(_ block: ArraySlice<Float>) -> [UInt8] {
        let extreme = block.max { $0.magnitude < $1.magnitude } ?? 0
        let scale = extreme / -8
        let quants = block.map { UInt8(scale == 0 ? 8 : min(15, ($0 / scale + 8).rounded())) }
        return littleEndian(half(scale)) + (0..<16).map { quants[$0] | quants[$0 + 16] << 4 }
    }

    private static func littleEndian<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
        (0..<Integer.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Integer($0 * 8)) }
    }
}
