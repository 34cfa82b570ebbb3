/// SHA-256 (FIPS 180-4) of some bytes: for what must not be guessed back, such as keys.
///
/// For fingerprints of contents that nobody means to forge there is `Fingerprint`, which is faster.
package struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
    /// The eight words of the state, first to last.
    private let words: [UInt32]

    package init(of message: [UInt8]) {
        var stream = SHA256Stream()
        stream.add(message[...])
        self = stream.digest
    }

    fileprivate init(words: [UInt32]) { self.words = words }

    /// 64 hexadecimal digits.
    package var description: String { words.hexadecimal }

    /// The same as `==`, in a time that does not tell where the two differ.
    package func equalsInConstantTime(_ other: SHA256Digest) -> Bool {
        zip(words, other.words).reduce(UInt32(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// The same of bytes that come piece by piece.
package struct SHA256Stream: Sendable {
    private var blocks = DigestBlocks(
        [0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19],
        takeIn: SHA256Stream.takeIn)

    package init() {}

    package mutating func add(_ bytes: ArraySlice<UInt8>) { blocks.add(bytes) }

    /// That of all that came so far.
    package var digest: SHA256Digest { SHA256Digest(words: blocks.digest) }

    /// Takes in one block of 64 bytes.
    @Sendable private static func takeIn(_ block: ArraySlice<UInt8>, to words: inout [UInt32]) {
        var schedule = DigestBlocks.words(of: block)
        for index in 16..<64 {
            let old = schedule[index - 15], late = schedule[index - 2]
            let first = old.rotated(7) ^ old.rotated(18) ^ old >> 3, second = late.rotated(17) ^ late.rotated(19) ^ late >> 10
            schedule.append(schedule[index - 16] &+ first &+ schedule[index - 7] &+ second)
        }
        var (a, b, c, d) = (words[0], words[1], words[2], words[3]), (e, f, g, h) = (words[4], words[5], words[6], words[7])
        for index in 0..<64 {
            let sum = e.rotated(6) ^ e.rotated(11) ^ e.rotated(25), choice = (e & f) ^ (~e & g)
            let one = h &+ sum &+ choice &+ constants[index] &+ schedule[index]
            let otherSum = a.rotated(2) ^ a.rotated(13) ^ a.rotated(22), majority = (a & b) ^ (a & c) ^ (b & c)
            (h, g, f, e) = (g, f, e, d &+ one)
            (d, c, b, a) = (c, b, a, one &+ otherSum &+ majority)
        }
        for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { words[index] &+= value }
    }

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static let constants: [UInt32] = [
        0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
        0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
        0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
        0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
        0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
        0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
        0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
        0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
    ]
}

extension UInt32 {
    /// Turned to the right by so many bits.
    fileprivate func rotated(_ count: UInt32) -> UInt32 { self >> count | self << (32 - count) }
}
