/// A regular expression as instructions for `RegexMatcher`.
struct RegexProgram: Sendable {
    enum Instruction: Sendable {
        /// Takes one character of a set.
        case characters(set: Int)
        /// Takes characters of a set one after the other. `choice` numbers the places where matching may go different ways.
        case run(set: Int, Repetition, choice: Int)
        /// Goes on at one of the targets of a branch, the first that works.
        case choose(branch: Int, choice: Int)
        case jump(Int)
        /// Matches what follows up to its `accept` on its own, and goes on at `next` behind it.
        case atomic(next: Int)
        /// The same, taking nothing.
        case look(isBehind: Bool, isNegated: Bool, next: Int)
        case assert(RegexAssertion)
        case accept
    }

    /// Where to go on, by the byte that comes next: only what can begin with it.
    struct Branch: Sendable {
        /// By byte, then for the end of the text, then for any byte: an index in `RegexProgram.targetLists`.
        let lists: [Int32]

        static let atEnd = 256
        static let unfiltered = 257
    }

    var instructions: [Instruction] = []
    var sets: [ScalarTable] = []
    var branches: [Branch] = []
    var targetLists: [[Int32]] = []
    var choiceCount = 0
    /// What a match can begin with.
    var first = FirstBytes.anything

    /// Longer programs are refused.
    static let mostInstructions = 10_000

    init() {}

    init(_ pattern: String) throws(RegexError) {
        let node = try RegexParser.parse(pattern)
        var compiler = RegexCompiler()
        try compiler.add(node, isBackward: false)
        compiler.program.instructions.append(.accept)
        self = compiler.program
        first = FirstBytes(node)
    }
}

/// The bytes that a match can begin with.
struct FirstBytes: Sendable {
    private(set) var isMember: [Bool]
    /// Whether the match can take nothing, so that it can begin anywhere.
    private(set) var canBeEmpty: Bool

    static let anything = FirstBytes(isMember: Array(repeating: true, count: 256), canBeEmpty: true)
    static let nothing = FirstBytes(isMember: Array(repeating: false, count: 256), canBeEmpty: false)

    private init(isMember: [Bool], canBeEmpty: Bool) {
        self.isMember = isMember
        self.canBeEmpty = canBeEmpty
    }

    init(_ node: RegexNode) {
        switch node {
        case .characters(let set): self.init(set)
        case .alternatives(let parts): self = parts.map { FirstBytes($0) }.reduce(.nothing) { $0.union($1) }
        case .repeated(let part, let repetition):
            self.init(part)
            if repetition.least == 0 { canBeEmpty = true }
        case .atomic(let part): self.init(part)
        case .look, .assertion: self = Self.nothing.allowingEmpty()
        case .sequence(let parts):
            self = Self.nothing.allowingEmpty()
            for part in parts where canBeEmpty {
                let next = FirstBytes(part)
                self = FirstBytes(isMember: union(next).isMember, canBeEmpty: next.canBeEmpty)
            }
        }
    }

    private init(_ set: ScalarSet) {
        self = .nothing
        for range in set.ranges {
            // Within ASCII, bytes are characters; beyond, lead bytes rise with the characters.
            for byte in Self.lead(range.lowerBound)...Self.lead(range.upperBound) { isMember[Int(byte)] = true }
        }
        if set.contains(ScalarSet.illFormed) {
            for byte in 0x80...0xff { isMember[byte] = true }
        }
    }

    private static func lead(_ scalar: UInt32) -> UInt8 {
        switch scalar {
        case 0..<0x80: UInt8(scalar)
        case 0x80..<0x800: 0xc0 | UInt8(scalar >> 6)
        case 0x800..<0x10000: 0xe0 | UInt8(scalar >> 12)
        case 0x10000..<0x110000: 0xf0 | UInt8(scalar >> 18)
        default: 0xff
        }
    }

    private func union(_ other: FirstBytes) -> FirstBytes {
        FirstBytes(isMember: zip(isMember, other.isMember).map { $0 || $1 }, canBeEmpty: canBeEmpty || other.canBeEmpty)
    }

    private func allowingEmpty() -> FirstBytes {
        FirstBytes(isMember: isMember, canBeEmpty: true)
    }
}
