/// The printable stand-ins for bytes in which byte-level vocabularies are written.
///
/// Radford et al., "Language Models are Unsupervised Multitask Learners" (2019): bytes that print as Latin-1 stand for
/// themselves, the other 68 take the characters from U+0100 on, in order.
package enum ByteAlphabet {
    /// The character that stands for a byte.
    package static func character(for byte: UInt8) -> UInt32 {
        UInt32(standIns[Int(byte)])
    }

    /// The characters that stand for bytes, in UTF-8.
    package static func text(of bytes: some Sequence<UInt8>) -> [UInt8] {
        bytes.flatMap { byte in Array(Unicode.Scalar(standIns[Int(byte)]).map { String($0).utf8 } ?? "".utf8) }
    }

    /// The bytes that `text` stands for, or nil where it holds a character outside the alphabet.
    package static func bytes(of text: ArraySlice<UInt8>) -> [UInt8]? {
        let text = Array(text)
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let unit = UTF8Unit(text, at: index, limit: text.count)
            guard unit.scalar < UInt32(bytesByStandIn.count), let byte = bytesByStandIn[Int(unit.scalar)] else { return nil }
            result.append(byte)
            index += unit.length
        }
        return result
    }

    private static let standIns: [UInt16] = {
        var next: UInt16 = 0x100
        return (0...255).map { (byte: UInt16) in
            if printsAsItself(byte) { return byte }
            defer { next += 1 }
            return next
        }
    }()

    private static let bytesByStandIn: [UInt8?] = {
        var table = [UInt8?](repeating: nil, count: 0x144)
        for byte in 0...255 { table[Int(standIns[byte])] = UInt8(byte) }
        return table
    }()

    private static func printsAsItself(_ byte: UInt16) -> Bool {
        (0x21...0x7e).contains(byte) || (0xa1...0xac).contains(byte) || (0xae...0xff).contains(byte)
    }
}
