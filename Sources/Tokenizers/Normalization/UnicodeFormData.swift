/// What the Unicode forms know of each character: its combining class, what it is taken apart into, and which pairs of
/// characters are put together. Hangul syllables are worked out instead (section 3.12 of the Unicode standard).
struct UnicodeFormData: Sendable {
    static let shared = UnicodeFormData()

    private static let (firstSyllable, syllableCount): (UInt32, UInt32) = (0xac00, 11172)
    private static let (firstLead, leadCount): (UInt32, UInt32) = (0x1100, 19)
    private static let (firstVowel, vowelCount): (UInt32, UInt32) = (0x1161, 21)
    /// The trailing consonant before the first: none.
    private static let (noTrail, trailCount): (UInt32, UInt32) = (0x11a7, 28)

    /// Combining classes other than 0.
    private var classes = IntegerTable(minimumCapacity: 1024)
    /// By character: where in `parts` its decomposition begins, times 256, plus its length.
    private var canonical = IntegerTable(minimumCapacity: 2048)
    private var compatible = IntegerTable(minimumCapacity: 4096)
    private var parts: [UInt32] = []
    /// By the first character times 2^32 plus the second: what they make.
    private var composites = IntegerTable(minimumCapacity: 1024)

    /// Below this no character has a combining class or a canonical decomposition, or is the second of a pair.
    static let firstAffected: UInt32 = 0xa0

    private init() {
        var numbers = PackedNumbers(Self.packed)
        readClasses(&numbers)
        let composed = readDecompositions(&numbers)
        // A character that is taken apart into three comes of a pair whose first part is itself one of those made of two.
        for entry in composed.sorted(by: { $0.parts.count < $1.parts.count }) {
            guard let last = entry.parts.last else { continue }
            let first = entry.parts.dropLast().dropFirst().reduce(entry.parts.first) { whole, part in
                whole.flatMap { compose($0, part) }
            }
            if let first { composites.insert(UInt64(entry.scalar), for: Self.key(first, last)) }
        }
    }

    private mutating func readClasses(_ numbers: inout PackedNumbers) {
        var scalar: UInt64 = 0
        for _ in 0..<numbers.next() {
            scalar += numbers.next()
            let end = scalar + numbers.next()
            let value = numbers.next()
            while scalar < end {
                classes.insert(value, for: scalar)
                scalar += 1
            }
        }
    }

    /// Reads the decompositions, and gives those of characters that are put together again.
    private mutating func readDecompositions(_ numbers: inout PackedNumbers) -> [(scalar: UInt32, parts: [UInt32])] {
        var composed: [(scalar: UInt32, parts: [UInt32])] = []
        var scalar: UInt64 = 0
        var last: [UInt32] = []
        for _ in 0..<numbers.next() {
            scalar += numbers.next()
            let form = numbers.next()
            last = (0..<Int(form >> 2)).map { place in
                UInt32(truncatingIfNeeded: (place < last.count ? Int(last[place]) : 0) + numbers.nextSigned())
            }
            let value = UInt64(parts.count << 8 | last.count)
            parts += last
            if form & 1 == 1 { canonical.insert(value, for: scalar) } else { compatible.insert(value, for: scalar) }
            if form & 2 == 2 { composed.append((UInt32(scalar), last)) }
        }
        return composed
    }

    /// The canonical combining class: 0 for characters that begin something new.
    func combiningClass(_ scalar: UInt32) -> UInt8 {
        scalar < Self.firstAffected ? 0 : UInt8(truncatingIfNeeded: classes[UInt64(scalar)] ?? 0)
    }

    /// Calls `body` with the characters that `scalar` is taken apart into, often itself.
    @inline(__always)
    func forEachPart(of scalar: UInt32, compatibly: Bool, _ body: (UInt32) -> Void) {
        guard scalar >= Self.firstAffected else { return body(scalar) }
        let syllable = scalar &- Self.firstSyllable
        if syllable < Self.syllableCount {
            body(Self.firstLead + syllable / (Self.vowelCount * Self.trailCount))
            body(Self.firstVowel + syllable / Self.trailCount % Self.vowelCount)
            let trail = syllable % Self.trailCount
            if trail > 0 { body(Self.noTrail + trail) }
            return
        }
        let key = UInt64(scalar)
        guard let place = (compatibly ? compatible[key] : nil) ?? canonical[key] else { return body(scalar) }
        for index in Int(place >> 8)..<Int(place >> 8) + Int(place & 0xff) { body(parts[index]) }
    }

    /// The character that two make together, if there is one.
    func compose(_ first: UInt32, _ second: UInt32) -> UInt32? {
        guard second >= Self.firstAffected else { return nil }
        let (lead, vowel) = (first &- Self.firstLead, second &- Self.firstVowel)
        if lead < Self.leadCount, vowel < Self.vowelCount {
            return Self.firstSyllable + (lead * Self.vowelCount + vowel) * Self.trailCount
        }
        let (syllable, trail) = (first &- Self.firstSyllable, second &- Self.noTrail)
        if syllable < Self.syllableCount, syllable % Self.trailCount == 0, trail > 0, trail < Self.trailCount { return first + trail }
        return composites[Self.key(first, second)].map { UInt32(truncatingIfNeeded: $0) }
    }

    private static func key(_ first: UInt32, _ second: UInt32) -> UInt64 {
        UInt64(first) << 32 | UInt64(second)
    }
}

/// Numbers in groups of seven bits, lowest first, in base 64.
private struct PackedNumbers {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: StaticString) {
        bytes = text.withUTF8Buffer { Base64.decode($0.lazy.filter { $0 != 0x0a }) } ?? []
    }

    /// The next number; 0 at the end.
    mutating func next() -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            number |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        return number
    }

    /// The next number where those below nothing are written among the others.
    mutating func nextSigned() -> Int {
        let number = Int(next())
        return number & 1 == 0 ? number >> 1 : -(number >> 1) - 1
    }
}
