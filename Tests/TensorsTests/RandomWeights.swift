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

    static let types: [StorageType] = [.f32, .f16, .bf16, .q8_0, .q4_0]

    init(_ type: StorageType, rows: Int, columns: Int, using generator: inout SeededGenerator) {
        self.type = type
        self.rows = rows
        self.columns = columns
        switch type {
        case .q8_0: for _ in 0..<rows * columns / 32 { appendQ8Block(&generator) }
        case .q4_0: for _ in 0..<rows * columns / 32 { appendQ4Block(&generator) }
        default: for number in generator.gaussians(rows * columns) { append(number) }
        }
    }

    var format: WeightFormat {
        switch type {
        case .f32: WEIGHTS_F32
        case .f16: WEIGHTS_F16
        case .bf16: WEIGHTS_BF16
        case .q8_0: WEIGHTS_Q8_0
        default: WEIGHTS_Q4_0
        }
    }

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

    private mutating func appendQ8Block(_ generator: inout SeededGenerator) {
        let scale = appendScale(&generator)
        for _ in 0..<32 {
            let quant = Int8.random(in: .min ... .max, using: &generator)
            bytes.append(UInt8(bitPattern: quant))
            values.append(scale * Double(quant))
        }
    }

    private mutating func appendQ4Block(_ generator: inout SeededGenerator) {
        let scale = appendScale(&generator)
        let quants = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        bytes.append(contentsOf: quants)
        values.append(contentsOf: quants.map { scale * (Double($0 & 15) - 8) })
        values.append(contentsOf: quants.map { scale * (Double($0 >> 4) - 8) })
    }

    private mutating func appendScale(_ generator: inout SeededGenerator) -> Double {
        let half = HalfPrecision.bits(of: Float.random(in: -0.004..<0.004, using: &generator))
        appendWord(half)
        return HalfPrecision.value(of: half)
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

/// Root mean square of the difference over that of the reference.
func relativeError(_ values: [Float], _ reference: [Double]) -> Double {
    var difference = 0.0
    var norm = 1e-300
    for (value, expected) in zip(values, reference) {
        difference += (Double(value) - expected) * (Double(value) - expected)
        norm += expected * expected
    }
    return (difference / norm).squareRoot()
}
