import Diagnostics

/// Some vectors side by side, as they are stored, each with what it stands for.
package struct VectorSegment: Hashable, Sendable {
    package let form: VectorForm
    package private(set) var passages: [Int64]
    package private(set) var blocks: [Int32]
    /// `[count][form.width]` 16-bit floats.
    package private(set) var vectors: [UInt8]

    /// What is read and written at once.
    package static let capacity = 128

    package init(form: VectorForm) {
        self.form = form
        (passages, blocks, vectors) = ([], [], [])
    }

    /// From the parts that were stored; nil where these do not fit together.
    package init?(form: VectorForm, passages: [UInt8], blocks: [UInt8], vectors: [UInt8]) {
        let count = passages.count / 8
        guard passages.count == count * 8, blocks.count == count * 4, vectors.count == count * form.byteCount else { return nil }
        self.form = form
        self.passages = LittleEndian.integers(passages)
        self.blocks = LittleEndian.integers(blocks)
        self.vectors = vectors
    }

    package var count: Int { passages.count }
    package var isFull: Bool { count >= Self.capacity }

    package var passageBytes: [UInt8] { LittleEndian.bytes(passages) }
    package var blockBytes: [UInt8] { LittleEndian.bytes(blocks) }

    /// Of all parts, to notice damage.
    package var fingerprint: Fingerprint {
        var fingerprint = Fingerprint(of: passageBytes)
        fingerprint.add(blockBytes)
        fingerprint.add(vectors)
        return fingerprint
    }

    /// - Parameter vector: as `VectorForm` stores it.
    package mutating func append(passage: Int64, block: Int32, vector: some Collection<UInt8>) {
        precondition(vector.count == form.byteCount, "a vector of \(vector.count) bytes among those of \(form.byteCount)")
        passages.append(passage)
        blocks.append(block)
        vectors += vector
    }

    /// The bytes of a vector.
    package func vector(_ index: Int) -> ArraySlice<UInt8> { vectors[index * form.byteCount..<(index + 1) * form.byteCount] }

    /// Leaves out the vectors of some passages.
    package mutating func remove(_ gone: Set<Int64>) {
        let kept = passages.indices.filter { !gone.contains(passages[$0]) }
        guard kept.count < count else { return }
        vectors = kept.flatMap { vector($0) }
        blocks = kept.map { blocks[$0] }
        passages = kept.map { passages[$0] }
    }
}

/// Numbers as bytes, the lowest first.
enum LittleEndian {
    static func bytes<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
        numbers.flatMap { number in (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
    }

    static func integers<Number: FixedWidthInteger>(_ bytes: [UInt8]) -> [Number] {
        let width = Number.bitWidth / 8
        return (0..<bytes.count / width).map { index in
            (0..<width).reduce(Number(0)) { $0 | Number(truncatingIfNeeded: bytes[index * width + $1]) << ($1 * 8) }
        }
    }
}
