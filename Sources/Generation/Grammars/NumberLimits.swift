import ModelFiles

/// Between what a number must lie.
struct NumberLimits {
    /// One limit: the number, and whether it is itself allowed.
    struct Limit: Equatable {
        var value: Decimal
        var isAllowed: Bool
    }

    private(set) var least: Limit?
    private(set) var most: Limit?

    init() {}

    /// The limits that hold in all parts.
    init(_ parts: [SchemaPart]) throws(GrammarError) {
        for part in parts {
            try add(part, "minimum", "exclusiveMinimum", isLower: true)
            try add(part, "maximum", "exclusiveMaximum", isLower: false)
        }
    }

    /// In the drafts of JSON Schema up to the fourth, the exclusive form is a flag of the other.
    private mutating func add(_ part: SchemaPart, _ keyword: String, _ exclusive: String, isLower: Bool) throws(GrammarError) {
        let flag = part[exclusive]?.bool
        if let value = part[keyword] { try add(value, part, keyword, isAllowed: flag != true, isLower: isLower) }
        if flag == nil, let value = part[exclusive] { try add(value, part, exclusive, isAllowed: false, isLower: isLower) }
    }

    private mutating func add(
        _ value: JSONValue, _ part: SchemaPart, _ keyword: String, isAllowed: Bool, isLower: Bool
    ) throws(GrammarError) {
        guard let decimal = Decimal(value) else { throw part.invalid("needs a number in \"\(keyword)\", not \(value.summary)") }
        let limit = Limit(value: decimal, isAllowed: isAllowed)
        if isLower {
            least = least.map { stricter($0, limit) { $0 > $1 } } ?? limit
        } else {
            most = most.map { stricter($0, limit) { $0 < $1 } } ?? limit
        }
    }

    private func stricter(_ one: Limit, _ other: Limit, _ isFurther: (Decimal, Decimal) -> Bool) -> Limit {
        if one.value == other.value { return one.isAllowed ? other : one }
        return isFurther(one.value, other.value) ? one : other
    }

    /// Limits of what comes behind a minus sign.
    var negated: NumberLimits {
        var negated = NumberLimits()
        negated.least = most.map { Limit(value: $0.value.negated, isAllowed: $0.isAllowed) }
        negated.most = least.map { Limit(value: $0.value.negated, isAllowed: $0.isAllowed) }
        return negated
    }

    var areNone: Bool { least == nil && most == nil }

    /// A number as digits, so that limits such as 0.1 are what they say.
    struct Decimal: Equatable, Comparable {
        var isNegative: Bool
        /// Digits before the point without leading zeros; none for 0.
        var whole: [UInt8]
        /// Digits behind the point without trailing zeros.
        var fraction: [UInt8]

        var isZero: Bool { whole.isEmpty && fraction.isEmpty }

        var negated: Decimal { Decimal(isNegative: !isNegative && !isZero, whole: whole, fraction: fraction) }

        static func < (one: Decimal, other: Decimal) -> Bool {
            if one.isNegative != other.isNegative { return one.isNegative }
            if one.isNegative { return other.negated < one.negated }
            if one.whole.count != other.whole.count { return one.whole.count < other.whole.count }
            return (one.whole + one.fraction).lexicographicallyPrecedes(other.whole + other.fraction)
        }
    }
}

extension NumberLimits.Decimal {
    /// Nil if the value is no finite number.
    init?(_ value: JSONValue) {
        switch value {
        case .integer(let integer): self.init(digits: String(integer))
        case .number(let number) where number.isFinite: self.init(digits: "\(number)")
        default: return nil
        }
    }

    /// From the digits that the standard library writes: "-12", "0.5", "1e-07".
    private init?(digits: String) {
        let parts = digits.lowercased().split(separator: "e")
        guard let mantissa = parts.first, let exponent = parts.count > 1 ? Int(parts[1]) : 0 else { return nil }
        let halves = mantissa.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
        var whole = (halves.first ?? "").utf8.map { $0 - 0x30 }
        var fraction = (halves.count > 1 ? halves[1] : "").utf8.map { $0 - 0x30 }
        for _ in 0..<max(exponent, 0) { whole.append(fraction.isEmpty ? 0 : fraction.removeFirst()) }
        for _ in 0..<max(-exponent, 0) { fraction.insert(whole.popLast() ?? 0, at: 0) }
        while fraction.last == 0 { fraction.removeLast() }
        whole = Array(whole.drop { $0 == 0 })
        self.init(isNegative: mantissa.hasPrefix("-") && !(whole.isEmpty && fraction.isEmpty), whole: whole, fraction: fraction)
    }
}
