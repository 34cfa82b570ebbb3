/// SHA-256 (FIPS 180-4) of some bytes: for what must not be guessed back, such as keys.
///
/// For fingerprints of contents that nobody means to forge there is `Fingerprint`, which is faster.
package struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
    /// The eight words of the state, first to last.
    private var words: [UInt32] = [
        0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
    ]

    package init(of message: [UInt8]) {
        for start in stride(from: 0, to: message.count - message.count % 64, by: 64) { add(message[start..<(start + 64)]) }
        // The rest, a single bit, zeros, and the length in bits fill one or two blocks.
        var last = Array(message.suffix(message.count % 64)) + [0x80]
        last += Array(repeating: 0, count: (119 - message.count % 64) % 64)
        last += withUnsafeBytes(of: UInt64(message.count * 8).bigEndian, Array.init)
        for start in stride(from: 0, to: last.count, by: 64) { add(last[start..<(start + 64)]) }
    }

    /// 64 hexadecimal digits.
    package var description: String {
        words.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }

    /// The same as `==`, in a time that does not tell where the two differ.
    package func equalsInConstantTime(_ other: SHA256Digest) -> Bool {
        zip(words, other.words).reduce(UInt32(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Takes in one block of 64 bytes.
    private mutating func add(_ block: ArraySlice<UInt8>) {
        var schedule: [UInt32] = []
        schedule.reserveCapacity(64)
        for start in stride(from: block.startIndex, to: block.endIndex, by: 4) {
            schedule.append(block[start..<(start + 4)].reduce(0) { $0 << 8 | UInt32($1) })
        }
        for index in 16..<64 {
            let old = schedule[index - 15], late = schedule[index - 2]
            let first = old.rotated(7) ^ old.rotated(18) ^ old >> 3, second = late.rotated(17) ^ late.rotated(19) ^ late >> 10
            schedule.append(schedule[index - 16] &+ first &+ schedule[index - 7] &+ second)
        }
        var state = words
        for index in 0..<64 {
            let sum = state[4].rotated(6) ^ state[4].rotated(11) ^ state[4].rotated(25)
            let choice = (state[4] & state[5]) ^ (~state[4] & state[6])
            let one = state[7] &+ sum &+ choice &+ Self.constants[index] &+ schedule[index]
            let otherSum = state[0].rotated(2) ^ state[0].rotated(13) ^ state[0].rotated(22)
            let majority = (state[0] & state[1]) ^ (state[0] & state[2]) ^ (state[1] & state[2])
            state = [one &+ otherSum &+ majority, state[0], state[1], state[2], state[3] &+ one, state[4], state[5], state[6]]
        }
        for index in words.indices { words[index] &+= state[index] }
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
