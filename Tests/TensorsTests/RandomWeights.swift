import CKernels
import Foundation
import Tensors

/// A small reproducible generator (SplitMix64; Steele, Lea and Flood 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }

    /// Nearly Gaussian with unit variance: the sum of four uniforms.
    mutating func gaussians(_ count: Int) -> [Float] {
        (0..<count).map { _ in ((0..<4).reduce(Float(-2)) { sum, _ in sum + Float.random(in: 0..<1, using: &self) }) * 1.7320508 }
    }
}

/// A weight matrix of random numbers: its bytes as a file would hold them, and what they mean in double precision.
struct RandomWeights {
    let type: StorageType
    let rows: Int
    let columns: Int
    private(set) var bytes: [UInt8] = []
    private(set) var values: [Double] = []

    static let types = StorageType.all.filter(\.isComputable)

    init(_ type: StorageType, rows: Int, columns: Int, using generator: inout SeededGenerator) {
        self.type = type
        self.rows = rows
        self.columns = columns
        guard type.blockLength > 1 else {
            for number in generator.gaussians(rows * columns) { append(number) }
            return
        }
        for _ in 0..<rows * columns / type.blockLength { bytes += RandomWeights.block(type, using: &generator) }
        values = RandomWeights.decoded(bytes, type, count: rows * columns)
    }

    /// A block of random bytes, whose scales and minima are made small numbers.
    private static func block(_ type: StorageType, using generator: inout SeededGenerator) -> [UInt8] {
        var block = (0..<type.blockBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        if type == .mxfp4 { block[0] = UInt8.random(in: 118...124, using: &generator) }
        for place in halves[type] ?? [] {
            let half = HalfPrecision.bits(of: Float.random(in: -0.004..<0.004, using: &generator))
            (block[place], block[place + 1]) = (UInt8(half & 255), UInt8(half >> 8))
        }
        return block
    }

    /// Where blocks hold numbers in half precision.
    private static let halves: [StorageType: [Int]] = [
        .q4_0: [0], .q4_1: [0, 2], .q5_0: [0], .q5_1: [0, 2], .q8_0: [0], .q2_k: [80, 82], .q3_k: [108], .q4_k: [0, 2], .q5_k: [0, 2],
        .q6_k: [208], .iq4_nl: [0], .iq4_xs: [0],
    ]

    /// What the portable kernels make of the bytes; other tests hold these to files of another program.
    private static func decoded(_ bytes: [UInt8], _ type: StorageType, count: Int) -> [Double] {
        var values = [Float](repeating: 0, count: count)
        elementwise_kernels(KERNELS_PORTABLE).pointee.decode(format(of: type), bytes, count, &values)
        return values.map(Double.init)
    }

    private static func format(of type: StorageType) -> WeightFormat {
        let formats: [StorageType: WeightFormat] = [
            .f32: WEIGHTS_F32, .f16: WEIGHTS_F16, .bf16: WEIGHTS_BF16, .q4_0: WEIGHTS_Q4_0, .q4_1: WEIGHTS_Q4_1, .q5_0: WEIGHTS_Q5_0,
            .q5_1: WEIGHTS_Q5_1, .q8_0: WEIGHTS_Q8_0, .q2_k: WEIGHTS_Q2_K, .q3_k: WEIGHTS_Q3_K, .q4_k: WEIGHTS_Q4_K,
            .q5_k: WEIGHTS_Q5_K, .q6_k: WEIGHTS_Q6_K, .iq4_nl: WEIGHTS_IQ4_NL, .iq4_xs: WEIGHTS_IQ4_XS, .mxfp4: WEIGHTS_MXFP4,
        ]
        return formats[type] ?? WEIGHTS_F32
    }

    var format: WeightFormat { RandomWeights.format(of: type) }

    /// A matrix with the bytes in memory of its own.
    func matrix() throws -> Matrix {
        let memory = try Memory.allocate(byteCount: bytes.count)
        memory.base.copyMemory(from: bytes, byteCount: bytes.count)
        return Matrix(type: type, rows: rows, columns: columns, memory: memory)
    }

    /// x [n, columns] · Wᵀ in double precision.
    func products(with x: [some BinaryFloatingPoint]) -> [Double] {
        let x = x.map { Double($0) }
        return x.withUnsafeBufferPointer { x in
            values.withUnsafeBufferPointer { values in
                (0..<x.count / columns * rows).map { index in
                    let (r, j) = (index / rows * columns, index % rows * columns)
                    var sum = 0.0
                    for i in 0..<columns { sum += x[r + i] * values[j + i] }
                    return sum
                }
            }
        }
    }

    private mutating func append(_ number: Float) {
        switch type {
        case .f16:
            let half = HalfPrecision.bits(of: number)
            appendWord(half)
            values.append(HalfPrecision.value(of: half))
        case .bf16:
            let half = UInt16(number.bitPattern >> 16)
            appendWord(half)
            values.append(Double(Float(bitPattern: UInt32(half) << 16)))
        default:
            withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
            values.append(Double(number))
        }
    }

    private mutating func appendWord(_ word: UInt16) {
        bytes.append(UInt8(word & 255))
        bytes.append(UInt8(word >> 8))
    }
}

extension RandomWeights {
    /// What tiles make of the weights: each rounded to bf16.
    func roundedToTiles() -> RandomWeights {
        var rounded = self
        rounded.values = values.map { TilePrecision.rounded(Float($0)) }
        return rounded
    }
}

/// The numbers that AMX tiles multiply.
enum TilePrecision {
    /// The nearest bf16 number, ties to even.
    static func rounded(_ number: Float) -> Double {
        let bits = number.bitPattern
        return Double(Float(bitPattern: (bits &+ 0x7fff &+ (bits >> 16 & 1)) & 0xffff_0000))
    }
}

/// IEEE 754 half precision by arithmetic, for machines whose Swift lacks Float16.
enum HalfPrecision {
    /// The nearest half below in magnitude; numbers below the smallest normal one become zero.
    static func bits(of number: Float) -> UInt16 {
        let sign: UInt16 = number.sign == .minus ? 0x8000 : 0
        let magnitude = abs(number)
        guard magnitude >= 0x1p-14 else { return sign }
        return sign | UInt16((magnitude.bitPattern >> 13) - (112 << 10))
    }

    static func value(of half: UInt16) -> Double {
        let sign: Double = half & 0x8000 == 0 ? 1 : -1
        let exponent = Int(half >> 10 & 31)
        let fraction = Double(half & 1023) / 1024
        switch exponent {
        case 0: return sign * fraction * 0x1p-14
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * (1 + fraction) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
        }
    }
}

/// Root mean square of the difference over that of the reference, or over `typical` if that is larger: what the reference is like
/// where its terms do not happen to cancel.
func relativeError(_ values: [Float], _ reference: [Double], typical: Double = 0) -> Double {
    var difference = 0.0
    var norm = 1e-300
    for (value, expected) in zip(values, reference) {
        difference += (Double(value) - expected) * (Double(value) - expected)
        norm += expected * expected
    }
    return (difference / max(norm, typical * typical * Double(reference.count))).squareRoot()
}
