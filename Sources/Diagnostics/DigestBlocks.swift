/// Cuts bytes that come piece by piece into the blocks of 64 that SHA-1 and SHA-256 take in. (FIPS 180-4.)
package struct DigestBlocks: Sendable {
    /// What does not fill a block yet.
    private var rest: [UInt8] = []
    private var byteCount: UInt64 = 0

    package static let blockBytes = 64

    package init() {}

    /// Hands every block that is full now to `takeIn`.
    package mutating func add(_ bytes: ArraySlice<UInt8>, takeIn: (ArraySlice<UInt8>) -> Void) {
        byteCount += UInt64(bytes.count)
        var bytes = bytes
        if !rest.isEmpty {
            let missing = bytes.prefix(Self.blockBytes - rest.count)
            rest += missing
            bytes = bytes.dropFirst(missing.count)
            guard rest.count == Self.blockBytes else { return }
            takeIn(rest[...])
            rest = []
        }
        while bytes.count >= Self.blockBytes {
            takeIn(bytes.prefix(Self.blockBytes))
            bytes = bytes.dropFirst(Self.blockBytes)
        }
        rest = Array(bytes)
    }

    /// The blocks behind all others: the rest, a single bit, zeros, and the length in bits, which fill one or two.
    package var last: [ArraySlice<UInt8>] {
        var bytes = rest + [0x80]
        bytes += Array(repeating: 0, count: (119 - rest.count) % Self.blockBytes)
        bytes += withUnsafeBytes(of: (byteCount * 8).bigEndian, Array.init)
        return stride(from: 0, to: bytes.count, by: Self.blockBytes).map { bytes[$0..<($0 + Self.blockBytes)] }
    }

    /// A block's sixteen words.
    package static func words(of block: ArraySlice<UInt8>) -> [UInt32] {
        stride(from: block.startIndex, to: block.endIndex, by: 4).map { start in
            UInt32(block[start]) << 24 | UInt32(block[start + 1]) << 16 | UInt32(block[start + 2]) << 8 | UInt32(block[start + 3])
        }
    }
}
