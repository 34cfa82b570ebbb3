/// Numbers.
extension GrammarBuilder {
    private typealias Digits = ClosedRange<UInt8>

    /// The most digits before the point, so that every whole number fits 64 bits.
    private static let mostWhole = 18
    /// The most digits behind the point, beyond which no double tells a difference.
    private static let mostFraction = 17

    /// A whole number in plain digits, without a minus sign before 0.
    mutating func integer(_ limits: NumberLimits) throws(GrammarError) -> Int32 {
        var positive = DigitWalk(limits, isWhole: true), negative = DigitWalk(limits.negated, isWhole: true)
        negative.allowsZero = false
        return try either([digits(&positive), text("-", then: digits(&negative))])
    }

    /// A number. Without limits it may have an exponent of up to two digits.
    mutating func number(_ limits: NumberLimits) throws(GrammarError) -> Int32 {
        guard limits.areNone else {
            var positive = DigitWalk(limits, isWhole: false), negative = DigitWalk(limits.negated, isWhole: false)
            return try either([digits(&positive), text("-", then: digits(&negative))])
        }
        let digit: Digits = 0x30...0x39
        let exponent = try step(digit, then: either([ByteGrammar.end, step(digit, then: ByteGrammar.end)]))
        let signed = try either([exponent, step(0x2B...0x2B, then: exponent), step(0x2D...0x2D, then: exponent)])
        let scaled = try either([ByteGrammar.end, step(0x65...0x65, then: signed), step(0x45...0x45, then: signed)])
        let fraction = try text(".", then: step(digit, then: upTo(Self.mostFraction - 1, digit, then: scaled)))
        let behind = try either([scaled, fraction])
        let whole = try either([
            step(0x30...0x30, then: behind), step(0x31...0x39, then: upTo(Self.mostWhole - 1, digit, then: behind)),
        ])
        return try either([whole, text("-", then: whole)])
    }

    // MARK: - Between limits

    /// Where the digits of a number stand against those of its limits.
    private struct Standing: Hashable {
        /// Whether all digits so far are those of the lower limit.
        var isLeast: Bool
        var isMost: Bool
    }

    /// How far a number has been read.
    private struct Place: Hashable {
        /// How many digits it has before the point; nil behind the point.
        let whole: Int?
        /// Digits read of this part.
        let digits: Int
        let standing: Standing
    }

    /// Goes digit by digit along the limits of a number without sign, and makes a node for each place where the digits so far leave
    /// different ones to follow.
    private struct DigitWalk {
        let least: NumberLimits.Limit
        let most: NumberLimits.Limit?
        let isWhole: Bool
        var allowsZero = true
        /// Nodes that have been made.
        var nodes: [Place: Int32] = [:]

        init(_ limits: NumberLimits, isWhole: Bool) {
            let zero = NumberLimits.Limit(value: NumberLimits.Decimal(isNegative: false, whole: [], fraction: []), isAllowed: true)
            least = limits.least.flatMap { $0.value.isNegative ? nil : $0 } ?? zero
            most = limits.most
            self.isWhole = isWhole
        }

        /// The digits that may follow, each range with where it leads.
        func next(_ low: UInt8, _ high: UInt8, _ standing: Standing) -> [(digits: Digits, standing: Standing)] {
            let first = standing.isLeast ? low : 0, last = standing.isMost ? high : 9
            guard first <= last else { return [] }
            return (first...last).map { digit in
                let next = Standing(isLeast: standing.isLeast && digit == low, isMost: standing.isMost && digit == high)
                return (0x30 + digit...0x30 + digit, next)
            }
        }

        /// Whether a number may end behind so many digits of its fraction.
        func mayEnd(_ standing: Standing, fraction count: Int) -> Bool {
            if standing.isLeast, least.value.fraction.count > count || !least.isAllowed { return false }
            if standing.isMost, let most, most.value.fraction.count <= count, !most.isAllowed { return false }
            return true
        }
    }

    private mutating func digits(_ walk: inout DigitWalk) throws(GrammarError) -> Int32 {
        if walk.most?.value.isNegative == true { return try reserve() }
        var lengths: [Int32] = []
        let shortest = max(walk.least.value.whole.count, 1)
        let longest = min(walk.most.map { max($0.value.whole.count, 1) } ?? Self.mostWhole, Self.mostWhole)
        guard shortest <= longest else { return try reserve() }
        for count in shortest...longest {
            let standing = Standing(isLeast: count == shortest, isMost: walk.most.map { count == max($0.value.whole.count, 1) } ?? false)
            lengths.append(try whole(&walk, place: 0, of: count, standing))
        }
        return try either(lengths)
    }

    private mutating func whole(
        _ walk: inout DigitWalk, place: Int, of count: Int, _ standing: Standing
    ) throws(GrammarError) -> Int32 {
        guard place < count else { return try behindWhole(&walk, standing) }
        let key = Place(whole: count, digits: place, standing: standing)
        if let known = walk.nodes[key] { return known }
        var edges: [ByteEdge] = []
        let low = walk.least.value.whole.isEmpty ? 0 : standing.isLeast ? walk.least.value.whole[place] : 0
        let high = standing.isMost ? walk.most?.value.whole.dropFirst(place).first ?? 0 : 9
        for (digits, next) in walk.next(low, high, standing) {
            if digits.lowerBound == 0x30, place == 0, count > 1 || !walk.allowsZero { continue }
            edges.append(ByteEdge(bytes: digits, next: try whole(&walk, place: place + 1, of: count, next)))
        }
        let node = try add(.bytes(edges))
        walk.nodes[key] = node
        return node
    }

    private mutating func behindWhole(_ walk: inout DigitWalk, _ standing: Standing) throws(GrammarError) -> Int32 {
        let end = walk.mayEnd(standing, fraction: 0) ? [ByteGrammar.end] : []
        if walk.isWhole { return try either(end) }
        return try either(end + [text(".", then: fraction(&walk, place: 0, standing))])
    }

    private mutating func fraction(_ walk: inout DigitWalk, place: Int, _ standing: Standing) throws(GrammarError) -> Int32 {
        let key = Place(whole: nil, digits: place, standing: standing)
        if let known = walk.nodes[key] { return known }
        let low = place < walk.least.value.fraction.count ? walk.least.value.fraction[place] : 0
        let high = walk.most.map { place < $0.value.fraction.count ? $0.value.fraction[place] : 0 } ?? 9
        var edges: [ByteEdge] = []
        for (digits, next) in walk.next(low, high, standing) {
            var ways = walk.mayEnd(next, fraction: place + 1) ? [ByteGrammar.end] : []
            if place + 1 < Self.mostFraction { ways.append(try fraction(&walk, place: place + 1, next)) }
            edges.append(ByteEdge(bytes: digits, next: try either(ways)))
        }
        let node = try add(.bytes(edges))
        walk.nodes[key] = node
        return node
    }
}
