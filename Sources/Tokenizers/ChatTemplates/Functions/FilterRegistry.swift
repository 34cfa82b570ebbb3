/// The filters that templates may use. One file has those that make texts, another those that work on lists.
enum FilterRegistry {
    typealias Filter = @Sendable (TemplateRun, TemplateValue, TemplateCall) throws(ChatTemplateError) -> TemplateValue

    static func filter(named name: String) -> Filter? { filters[name] }

    private static let filters: [String: Filter] = texts.merging(lists) { first, _ in first }.merging(values) { first, _ in first }

    private static let values: [String: Filter] = [
        "default": standard, "d": standard, "int": whole, "float": real, "abs": magnitude, "round": rounded,
    ]

    private static func standard(_ run: TemplateRun, _ value: TemplateValue, _ call: TemplateCall) throws(ChatTemplateError)
        -> TemplateValue
    {
        let replacement = call[0, "default_value"] ?? .string("")
        return value.isUndefined || (call[1, "boolean"]?.isTrue == true && !value.isTrue) ? replacement : value
    }

    private static func whole(_ run: TemplateRun, _ value: TemplateValue, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        try run.requireDefined(value)
        let replacement = call[0, "default"] ?? .integer(0)
        switch value {
        case .number(let number): return Int(exactly: number.rounded(.towardZero)).map(TemplateValue.integer) ?? replacement
        case .string(let text):
            let digits = text.trimmed().string
            if let number = PythonNumber.integer(digits, base: call[1, "base"]?.wholeNumber ?? 10) { return .integer(number) }
            return PythonNumber.real(digits).flatMap { Int(exactly: $0.rounded(.towardZero)) }.map(TemplateValue.integer) ?? replacement
        default: return value.wholeNumber.map(TemplateValue.integer) ?? replacement
        }
    }

    private static func real(_ run: TemplateRun, _ value: TemplateValue, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        try run.requireDefined(value)
        if case .string(let text) = value, let number = PythonNumber.real(text.trimmed().string) { return .number(number) }
        return value.realNumber.map(TemplateValue.number) ?? call[0, "default"] ?? .number(0)
    }

    private static func magnitude(_ run: TemplateRun, _ value: TemplateValue, _ call: TemplateCall) throws(ChatTemplateError)
        -> TemplateValue
    {
        if let number = value.wholeNumber, number != .min { return .integer(abs(number)) }
        guard let number = value.realNumber else { throw run.invalid("a value of type \(value.typeName) has no magnitude") }
        return .number(abs(number))
    }

    private static func rounded(_ run: TemplateRun, _ value: TemplateValue, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue
    {
        guard let number = value.realNumber else { throw run.invalid("a value of type \(value.typeName) cannot be rounded") }
        let precision = min(max(call[0, "precision"]?.wholeNumber ?? 0, -300), 300)
        let method = try call[1, "method"].map { (value) throws(ChatTemplateError) in try run.text(of: value).string } ?? "common"
        let rule: FloatingPointRoundingRule = method == "ceil" ? .up : method == "floor" ? .down : .toNearestOrEven
        var factor = 1.0
        for _ in 0..<abs(precision) { factor *= 10 }
        let result = precision < 0 ? (number / factor).rounded(rule) * factor : (number * factor).rounded(rule) / factor
        let finite = result.isFinite ? result : number
        // Whole numbers stay that, by the common method.
        if value.wholeNumber != nil, method == "common", let whole = Int(exactly: finite) { return .integer(whole) }
        return .number(finite)
    }
}
