import ModelFiles

/// Tells models apart without reading all of their bytes: a reading may only be asked by the model that made it.
package enum ModelFingerprint {
    /// Bytes of each tensor that take part: its beginning and its end.
    private static let sampledBytes = 256

    /// 16 hexadecimal digits over tensor names, shapes, types and a sample of each tensor's bytes (64-bit FNV-1a).
    package static func of(_ file: GGUFFile) -> String {
        var hash = FNV1a()
        for tensor in file.tensors {
            hash.add(tensor.name.utf8)
            hash.add(tensor.shape.description.utf8)
            hash.add(tensor.type.name.utf8)
            file.withBytes(of: tensor) { bytes in
                hash.add(bytes.prefix(sampledBytes))
                hash.add(bytes.suffix(sampledBytes))
            }
        }
        let digits = String(hash.value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// The 64-bit Fowler-Noll-Vo hash, variant 1a: not for secrets, enough to notice another file.
private struct FNV1a {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
}
