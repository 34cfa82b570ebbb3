/// What Git names contents by: SHA-1 (FIPS 180-4) of them behind their length. It tells damage, and nothing that somebody means to forge.
enum GitBlobName {
    /// 40 hexadecimal digits.
    static func name(of content: [UInt8]) -> String { digest(of: Array("blob \(content.count)\0".utf8) + content) }

    static func digest(of message: [UInt8]) -> String {
        // A single bit, zeros, and the length in bits fill the last block.
        var bytes = message + [0x80]
        bytes += Array(repeating: 0, count: (119 - message.count % 64) % 64)
        bytes += withUnsafeBytes(of: UInt64(message.count * 8).bigEndian, Array.init)
        var words: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
        var schedule = Array(repeating: UInt32(0), count: 80)
        for start in stride(from: 0, to: bytes.count, by: 64) {
            for index in 0..<16 { schedule[index] = word(bytes, start + index * 4) }
            for index in 16..<80 {
                schedule[index] = turned(schedule[index - 3] ^ schedule[index - 8] ^ schedule[index - 14] ^ schedule[index - 16], 1)
            }
            add(schedule, to: &words)
        }
        return words.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }

    /// Takes in one block.
    private static func add(_ schedule: [UInt32], to words: inout [UInt32]) {
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

    private static func word(_ bytes: [UInt8], _ place: Int) -> UInt32 {
        UInt32(bytes[place]) << 24 | UInt32(bytes[place + 1]) << 16 | UInt32(bytes[place + 2]) << 8 | UInt32(bytes[place + 3])
    }

    private static func turned(_ word: UInt32, _ count: UInt32) -> UInt32 { word << count | word >> (32 - count) }
}
