/// The tests that may stand behind `is`.
enum TestRegistry {
    typealias Test = @Sendable (TemplateRun, TemplateValue, TemplateCall) throws(ChatTemplateError) -> Bool

    static func test(named name: String) -> Test? { tests[name] }

    private static let tests: [String: Test] = kinds.merging(relations) { first, _ in first }

    /// What a value is by itself.
    private static let kinds: [String: Test] = [
        "defined": { _, value, _ in !value.isUndefined },
        "undefined": { _, value, _ in value.isUndefined },
        "none": { _, value, _ in value.isNone },
        "true": { _, value, _ in if case .bool(true) = value { true } else { false } },
        "false": { _, value, _ in if case .bool(false) = value { true } else { false } },
        "boolean": { _, value, _ in if case .bool = value { true } else { false } },
        "integer": { _, value, _ in if case .integer = value { true } else { false } },
        "float": { _, value, _ in if case .number = value { true } else { false } },
        "number": { _, value, _ in value.realNumber != nil },
        "string": { _, value, _ in if case .string = value { true } else { false } },
        "mapping": { _, value, _ in if case .mapping = value { true } else { false } },
        "sequence": { _, value, _ in value.hasElements },
        "iterable": { _, value, _ in value.hasElements },
        "callable": { _, value, _ in
            switch value {
            case .macro, .function, .method: true
            default: false
            }
        },
        "escaped": { _, value, _ in if case .string(let text) = value { text.isMarkup } else { false } },
        "odd": { (run, value, _) throws(ChatTemplateError) in try run.remainder(value, 2) == 1 },
        "even": { (run, value, _) throws(ChatTemplateError) in try run.remainder(value, 2) == 0 },
        "upper": { (run, value, _) throws(ChatTemplateError) in try run.changed(value).hasOnlyCase(upper: true) },
        "lower": { (run, value, _) throws(ChatTemplateError) in try run.changed(value).hasOnlyCase(upper: false) },
        "filter": { (run, value, _) throws(ChatTemplateError) in FilterRegistry.filter(named: try run.text(of: value).string) != nil },
        "test": { (run, value, _) throws(ChatTemplateError) in TestRegistry.test(named: try run.text(of: value).string) != nil },
    ]

    /// What a value is to another.
    private static let relations: [String: Test] = [
        "divisibleby": { (run, value, call) throws(ChatTemplateError) in
            guard let divisor = call[0, "num"]?.wholeNumber else { throw run.invalid("a divisor must be a whole number") }
            return try run.remainder(value, divisor) == 0
        },
        "sameas": { (run, value, call) throws(ChatTemplateError) in
            let other = call[0, "other"] ?? TemplateValue.none
            guard value.typeName == other.typeName else { return false }
            return try run.compare(value, .equal, other)
        },
        "eq": comparing(.equal), "equalto": comparing(.equal), "==": comparing(.equal), "ne": comparing(.unequal),
        "!=": comparing(.unequal),
        "lt": comparing(.less), "lessthan": comparing(.less), "<": comparing(.less), "le": comparing(.lessOrEqual),
        "<=": comparing(.lessOrEqual), "gt": comparing(.greater), "greaterthan": comparing(.greater), ">": comparing(.greater),
        "ge": comparing(.greaterOrEqual), ">=": comparing(.greaterOrEqual), "in": comparing(.contained),
    ]

    private static func comparing(_ comparison: TemplateComparison) -> Test {
        { (run, value, call) throws(ChatTemplateError) in
            guard let other = call.positional.first else { throw run.invalid("a test compares with nothing") }
            return try run.compare(value, comparison, other)
        }
    }
}

extension TemplateValue {
    fileprivate var hasElements: Bool {
        switch self {
        case .undefined, .string, .list, .mapping: true
        default: false
        }
    }
}

extension TemplateRun {
    fileprivate func remainder(_ value: TemplateValue, _ divisor: Int) throws(ChatTemplateError) -> Int {
        try requireDefined(value)
        guard let number = value.wholeNumber, divisor != 0 else { throw invalid("only whole numbers are divisible, and not by zero") }
        let (remainder, _) = number.remainderReportingOverflow(dividingBy: divisor)
        return remainder < 0 ? remainder + abs(divisor) : remainder
    }
}
