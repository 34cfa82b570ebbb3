import Diagnostics

/// What Git names contents by: SHA-1 (FIPS 180-4) of them behind their length. It tells damage, and nothing that somebody means to forge.
struct GitBlobName {
    private var blocks = DigestBlocks([0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0], takeIn: GitBlobName.takeIn)

    /// - Parameter byteCount: of the contents, which are added from then on.
    init(byteCount: Int) {
        self.init()
        add(Array("blob \(byteCount)\0".utf8)[...])
    }

    private init() {}

    mutating func add(_ bytes: ArraySlice<UInt8>) { blocks.add(bytes) }

    /// 40 hexadecimal digits.
    var name: String { blocks.digest.hexadecimal }

    static func digest(of message: [UInt8]) -> String {
        var stream = GitBlobName()
        stream.add(message[...])
        return stream.name
    }

    /// Takes in one block.
    @Sendable private static func takeIn(_ block: ArraySlice<UInt8>, to words: inout [UInt32]) {
        var schedule = DigestBlocks.words(of: block)
        for index in 16..<80 {
            schedule.append(turned(schedule[index - 3] ^ schedule[index - 8] ^ schedule[index - 14] ^ schedule[index - 16], 1))
        }
        var (a, b, c, d, e) = (words[0], words[1], words[2], words[3], words[4])
        for index in 0..<80 {
            let mix: UInt32, constant: UInt32
            switch index {
            case ..<20: (mix, constant) = ((b & c) | (~b & d), 0x5A82_7999)
            case ..<40: (mix, constant) = (b ^ c ^ d, 0x6ED9_EBA1)
            case ..<60: (mix, constant) = ((b & c) | (b & d) | (c & d), 0x8F1B_BCDC)
            default: (mix, constant) = (b ^ c ^ d, 0xCA62_C1D6)
            }
            let next = turned(a, 5) &+ mix &+ e &+ constant &+ schedule[index]
            (a, b, c, d, e) = (next, a, turned(b, 30), c, d)
        }
        for (index, value) in [a, b, c, d, e].enumerated() { words[index] &+= value }
    }

    private static func turned(_ word: UInt32, _ count: UInt32) -> UInt32 { word << count | word >> (32 - count) }
}
