extension Matrix {
    /// Rows of four-bit floats from a checkpoint that keeps their scales apart, as an `mxfp4` matrix.
    ///
    /// A checkpoint's byte holds two neighbours, the first in its lower half; GGUF's holds numbers 16 places apart, and the scale stands
    /// before each block of 32. Nothing is rounded. (OCP Microscaling Formats, version 1.0.)
    ///
    /// - Parameters:
    ///   - blocks: 16 bytes for each block of a row, row after row.
    ///   - scales: one byte for each block.
    ///   - rows: which rows of the checkpoint the matrix has, in this order.
    package init(
        repacking blocks: UnsafeRawBufferPointer, scales: UnsafeRawBufferPointer, rows: [Int], columns: Int
    ) throws(MemoryError) {
        let type = StorageType.mxfp4, perRow = columns / type.blockLength, packed = type.blockBytes - 1
        let memory = try Memory.allocate(byteCount: rows.count * perRow * type.blockBytes)
        var target = memory.base
        for row in rows {
            for block in row * perRow..<(row + 1) * perRow {
                target.storeBytes(of: scales[block], as: UInt8.self)
                let first = blocks.loadUnaligned(fromByteOffset: block * packed, as: SIMD8<UInt8>.self)
                let second = blocks.loadUnaligned(fromByteOffset: block * packed + packed / 2, as: SIMD8<UInt8>.self)
                var bytes = SIMD16<UInt8>()
                bytes.evenHalf = first & 0x0F | second &<< 4
                bytes.oddHalf = first &>> 4 | second & 0xF0
                (target + 1).storeBytes(of: bytes, as: SIMD16<UInt8>.self)
                target += type.blockBytes
            }
        }
        self.init(type: type, rows: rows.count, columns: columns, memory: memory)
    }
}
