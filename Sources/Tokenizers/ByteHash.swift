/// A hash of a short run of bytes (FNV-1a with a final mix, so that the low bits may pick a slot).
func byteHash(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in range {
        hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3
    }
    hash ^= hash >> 32
    return hash &* 0x9e37_79b9_7f4a_7c15
}

/// Whether two runs of bytes are equal.
func equalBytes(_ first: [UInt8], _ firstRange: Range<Int>, _ second: [UInt8], _ secondRange: Range<Int>) -> Bool {
    guard firstRange.count == secondRange.count else { return false }
    var other = secondRange.lowerBound
    for index in firstRange {
        if first[index] != second[other] { return false }
        other += 1
    }
    return true
}
