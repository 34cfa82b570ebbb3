/// Cuts bytes that come piece by piece into the blocks of 64 that SHA-1 and SHA-256 take in, and keeps what these make of them. (FIPS 180-4.)
package struct DigestBlocks: Sendable {
    /// How a block changes the words.
    package typealias Step = @Sendable (_ block: ArraySlice<UInt8>, _ words: inout [UInt32]) -> Void

    private var words: [UInt32]
    private let takeIn: Step
    /// What does not fill a block yet.
    private var rest: [UInt8] = []
    private var byteCount: UInt64 = 0

    package static let blockBytes = 64

    /// - Parameter words: before the first block.
    package init(_ words: [UInt32], takeIn: @escaping Step) {
        self.words = words
        self.takeIn = takeIn
    }

    package mutating func add(_ bytes: ArraySlice<UInt8>) {
        byteCount += UInt64(bytes.count)
        var bytes = bytes
        if !rest.isEmpty {
            let missing = bytes.prefix(Self.blockBytes - rest.count)
            rest += missing
            bytes = bytes.dropFirst(missing.count)
            guard rest.count == Self.blockBytes else { return }
            takeIn(rest[...], &words)
            rest = []
        }
        while bytes.count >= Self.blockBytes {
            takeIn(bytes.prefix(Self.blockBytes), &words)
            bytes = bytes.dropFirst(Self.blockBytes)
        }
        rest = Array(bytes)
    }

    /// The words after all that came so far.
    package var digest: [UInt32] { last.reduce(into: words) { takeIn($1, &$0) } }

    /// The blocks behind all others: the rest, a single bit, zeros, and the length in bits, which fill one or two.
    private var last: [ArraySlice<UInt8>] {
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

extension [UInt32] {
    /// Eight digits a word.
    package var hexadecimal: String {
        map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }
}
