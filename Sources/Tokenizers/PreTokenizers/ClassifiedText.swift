/// A stretch of text as the rules for cutting it into words see it: characters with their classes.
struct ClassifiedText {
    let start: Int
    let end: Int
    let bytes: [UInt8]
    private let classes: CharacterClasses

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.init(bytes, range, CharacterClasses.unicode)
    }

    private init(_ bytes: [UInt8], _ range: Range<Int>, _ classes: CharacterClasses) {
        self.bytes = bytes
        self.classes = classes
        start = range.lowerBound
        end = range.upperBound
    }

    /// A part of the stretch, beyond whose end the rules do not look.
    func narrowed(to range: Range<Int>) -> ClassifiedText {
        ClassifiedText(bytes, range, classes)
    }

    /// The byte at `index`, or nil at the end.
    @inline(__always)
    func byte(at index: Int) -> UInt8? {
        index < end ? bytes[index] : nil
    }

    /// The character at `index`, or nil at the end.
    @inline(__always)
    func unit(at index: Int) -> UTF8Unit? {
        index < end ? UTF8Unit(bytes, at: index, limit: end) : nil
    }

    /// The class of a character.
    @inline(__always)
    func kind(of unit: UTF8Unit) -> CharacterClass {
        classes[unit.scalar]
    }

    /// The class of the character at `index` and where the next one begins; nil at the end.
    @inline(__always)
    func character(at index: Int) -> (kind: CharacterClass, next: Int)? {
        guard index < end else { return nil }
        let unit = UTF8Unit(bytes, at: index, limit: end)
        return (classes[unit.scalar], index + unit.length)
    }

    /// Where the characters from `index` on stop to have any of the classes, or after `most` of them.
    @inline(__always)
    func end(of kinds: CharacterClass, from index: Int, atMost most: Int = .max) -> Int {
        run(from: index, atMost: most) { !$0.isDisjoint(with: kinds) }
    }

    /// Where the characters from `index` on begin to have any of the classes.
    @inline(__always)
    func end(ofAllBut kinds: CharacterClass, from index: Int) -> Int {
        run(from: index, atMost: .max) { $0.isDisjoint(with: kinds) }
    }

    @inline(__always)
    private func run(from index: Int, atMost most: Int, while isMember: (CharacterClass) -> Bool) -> Int {
        var index = index
        var count = 0
        while count < most, let (kind, next) = character(at: index), isMember(kind) {
            index = next
            count += 1
        }
        return index
    }

    /// The end of the white space at `index` that makes a word: all of it at the end of the text, and else all but the last
    /// character, which belongs to what follows; never less than one character. (`\s+(?!\S)|\s+`)
    func endOfSpaces(from index: Int) -> Int {
        var last = index
        var place = index
        while let (kind, next) = character(at: place), kind.contains(.space) {
            last = place
            place = next
        }
        return place == end || last == index ? place : last
    }

    func isLineBreak(at index: Int) -> Bool {
        byte(at: index) == 0x0a || byte(at: index) == 0x0d
    }

    /// The end of the line breaks at `index`. (`[\r\n]*`)
    func endOfLineBreaks(from index: Int) -> Int {
        var index = index
        while isLineBreak(at: index) { index += 1 }
        return index
    }

    /// The end of the last line break in the white space at `index`; nil if there is none. (`\s*[\r\n]+`)
    func endOfLastLineBreak(from index: Int) -> Int? {
        var found: Int?
        var index = index
        while let (kind, next) = character(at: index), kind.contains(.space) {
            if isLineBreak(at: index) { found = next }
            index = next
        }
        return found
    }

    /// The end of an English contraction that begins with the apostrophe at `index` ('s 't 're 've 'm 'll 'd); nil if none does.
    ///
    /// Where case is ignored, U+017F, which folds to an s, counts as one.
    func endOfContraction(at index: Int, ignoringCase: Bool) -> Int? {
        guard byte(at: index) == UInt8(ascii: "'"), let first = letter(at: index + 1, ignoringCase: ignoringCase) else { return nil }
        switch first {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return index + 2
        case 0xc5: return ignoringCase && byte(at: index + 2) == 0xbf ? index + 3 : nil
        default: break
        }
        guard let second = letter(at: index + 2, ignoringCase: ignoringCase) else { return nil }
        switch (first, second) {
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")), (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return index + 3
        default: return nil
        }
    }

    private func letter(at index: Int, ignoringCase: Bool) -> UInt8? {
        guard let byte = byte(at: index) else { return nil }
        return ignoringCase && (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
    }
}
