/// Reads bytes that are written with 64 characters, six bits each (RFC 4648).
enum Base64 {
    /// The bytes of `text`, or nil where it is none; `=` may fill up the end or be left out.
    static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var bitCount = 0
        var digitCount = 0
        var fillCount = 0
        for character in text {
            if character == UInt8(ascii: "=") {
                fillCount += 1
                continue
            }
            let value = values[Int(character)]
            guard value < 64, fillCount == 0 else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            digitCount += 1
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
        }
        let isWhole = digitCount % 4 != 1 && (fillCount == 0 || fillCount < 3 && (digitCount + fillCount).isMultiple(of: 4))
        return isWhole ? bytes : nil
    }

    /// By character: its six bits; 255 for characters that have none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, character) in alphabet.utf8.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()
}
