import Tensors

/// The two forms of 8-bit floating-point numbers that models are published in (Micikevicius et al. 2022, arXiv:2209.05433).
enum EightBitFloat {
    /// 4 bits of exponent, 3 of fraction; no infinities, all ones are NaN.
    case e4m3
    /// 5 bits of exponent, 2 of fraction, as the upper half of a half-precision number.
    case e5m2

    init?(_ element: SafetensorsElement) {
        switch element {
        case .float8e4m3: self = .e4m3
        case .float8e5m2: self = .e5m2
        default: return nil
        }
    }

    /// What each byte stands for.
    var values: [Float] { (0...UInt8.max).map(value) }

    private func value(_ byte: UInt8) -> Float {
        let fractionBits = self == .e4m3 ? 3 : 2, bias = self == .e4m3 ? 7 : 15
        let sign: Float = byte < 128 ? 1 : -1
        let exponent = Int(byte & 127) >> fractionBits, fraction = Int(byte) & (1 << fractionBits - 1)
        if self == .e4m3, byte & 127 == 127 { return .nan }
        if self == .e5m2, exponent == 31 { return fraction == 0 ? sign * .infinity : .nan }
        // Subnormal numbers have the exponent of the smallest normal ones and no leading one.
        let significand = Float(exponent == 0 ? fraction : fraction + 1 << fractionBits)
        return sign * significand * Float(sign: .plus, exponent: max(exponent, 1) - bias - fractionBits, significand: 1)
    }

    /// Writes `bytes`, weights of the given shape, as bfloat16: each times its scale, rounded to the nearest.
    func decode(_ bytes: UnsafeRawBufferPointer, shape: [Int], scales: FloatScales, into memory: Memory) {
        let columns = shape.last ?? 1, values = values
        var decoded = [Float](repeating: 0, count: columns)
        decoded.withUnsafeMutableBufferPointer { decoded in
            for row in 0..<bytes.count / columns {
                let start = row * columns
                scales.forEachRun(row: row, count: columns) { run, scale in
                    for column in run { decoded[column] = values[Int(bytes[start + column])] * scale }
                }
                StorageType.bf16.encode(UnsafeBufferPointer(decoded), into: memory.base + start * StorageType.bf16.blockBytes)
            }
        }
    }
}
