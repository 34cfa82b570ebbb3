import ApusTesting
import Tensors
import Testing

@Suite("Four-bit floats of checkpoints")
struct RepackingTests {
    @Test("Repacked, each block has its scale before it and pairs numbers 16 places apart")
    func layout() throws {
        let rows = 3, columns = 64, perRow = columns / 32
        var random = SeededGenerator(seed: 3)
        let nibbles = (0..<rows * columns).map { _ in UInt8.random(in: 0..<16, using: &random) }
        let scales = (0..<rows * perRow).map { _ in UInt8.random(in: 0...254, using: &random) }
        // A checkpoint's byte holds two neighbours.
        let blocks = stride(from: 0, to: nibbles.count, by: 2).map { nibbles[$0] | nibbles[$0 + 1] << 4 }
        let order = [2, 0]
        let matrix = try blocks.withUnsafeBytes { blocks in
            try scales.withUnsafeBytes { try Matrix(repacking: blocks, scales: $0, rows: order, columns: columns) }
        }
        var expected: [UInt8] = []
        for block in order.flatMap({ $0 * perRow..<($0 + 1) * perRow }) {
            let numbers = nibbles[block * 32..<(block + 1) * 32]
            expected.append(scales[block])
            expected += zip(numbers.prefix(16), numbers.suffix(16)).map { $0 | $1 << 4 }
        }
        #expect(matrix.rows == 2 && matrix.columns == columns && matrix.type == .mxfp4)
        #expect(matrix.withBytes { Array($0) } == expected)
    }
}
