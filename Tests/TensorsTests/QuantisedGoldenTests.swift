import ApusTesting
import Foundation
import Tensors
import Testing

/// Blocks and their numbers as another program decodes them (Scripts/make-quantised-goldens.py).
@Suite("Blocks of quantised weights")
struct QuantisedGoldenTests {
    private static let types = StorageType.all.filter { $0.isComputable && $0.blockLength > 1 }

    @Test("Every type is decoded to the bits of the reference", arguments: Kernels.all, types)
    func decoding(kernels: Kernels, type: StorageType) throws {
        let blocks = try Data(contentsOf: fixture("\(type.name).blocks"))
        let expected = try Data(contentsOf: fixture("\(type.name).f32")).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        let count = blocks.count / type.blockBytes * type.blockLength
        #expect(count == expected.count && count > 0)
        let memory = try Memory.allocate(byteCount: blocks.count)
        blocks.withUnsafeBytes { bytes in
            if let first = bytes.baseAddress { memory.base.copyMemory(from: first, byteCount: bytes.count) }
        }
        var decoded = [Float](repeating: .nan, count: count)
        Matrix(type: type, rows: 1, columns: count, memory: memory).decodeRow(0, into: &decoded, kernels: kernels)
        for (index, (value, reference)) in zip(decoded, expected).enumerated() where value != reference {
            Issue.record("\(type) weight \(index) is \(value), not \(reference)")
            break
        }
    }

    private func fixture(_ name: String) -> URL { URL(fileURLWithPath: ExternalData.fixture("quantised/\(name)")) }
}
