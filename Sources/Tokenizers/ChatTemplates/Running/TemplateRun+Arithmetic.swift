import Foundation

extension TemplateRun {
    func calculate(
        _ left: TemplateValue, _ operation: TemplateOperator, _ right: TemplateValue
    ) throws(ChatTemplateError) -> TemplateValue {
        try requireDefined(left)
        try requireDefined(right)
        switch (left, operation, right) {
        case (.string(let left), .add, .string(let right)): return try .string(joined(left, right))
        case (.list(let left), .add, .list(let right)) where left.isTuple == right.isTuple:
            try spend(left.elements.count + right.elements.count)
            return .list(TemplateList(left.elements + right.elements, isTuple: left.isTuple))
        case (.string(let text), .multiply, _), (_, .multiply, .string(let text)):
            if let count = left.wholeNumber ?? right.wholeNumber { return try .string(repeated(text, count)) }
        case (.list(let list), .multiply, _), (_, .multiply, .list(let list)):
            if let count = left.wholeNumber ?? right.wholeNumber { return try repeated(list, count) }
        case (.string(let format), .remainder, _): return try .string(formatted(format, right))
        default: break
        }
        if operation != .divide, let left = left.wholeNumber, let right = right.wholeNumber {
            return try calculateWhole(left, operation, right)
        }
        guard let left = left.realNumber, let right = right.realNumber else {
            throw invalid("\(operation.rawValue) does not apply to values of the types \(left.typeName) and \(right.typeName)")
        }
        return try .number(calculateReal(left, operation, right))
    }

    /// `+` of two texts, of which one may be marked as safe.
    private func joined(_ left: TracedText, _ right: TracedText) throws(ChatTemplateError) -> TracedText {
        try spend(on: left)
        try spend(on: right)
        let isMarkup = left.isMarkup || right.isMarkup
        var whole = isMarkup ? left.escapedForHTML() + right.escapedForHTML() : left + right
        whole.isMarkup = isMarkup
        return whole
    }

    private func repeated(_ text: TracedText, _ count: Int) throws(ChatTemplateError) -> TracedText {
        let (size, overflows) = text.bytes.count.multipliedReportingOverflow(by: max(0, count))
        guard !overflows, size <= TemplateLimits.textBytes else {
            throw failure(.limit("a text grows", most: TemplateLimits.textBytes))
        }
        guard size > 0 else { return TracedText() }
        try spend(size / 64 + text.runs.count * count / 8)
        // By halves, so that a long text is made of few parts.
        let half = try repeated(text, count / 2)
        return count % 2 == 0 ? half + half : half + half + text
    }

    private func repeated(_ list: TemplateList, _ count: Int) throws(ChatTemplateError) -> TemplateValue {
        guard !list.elements.isEmpty, count > 0 else { return .list(TemplateList([], isTuple: list.isTuple)) }
        let (size, overflows) = list.elements.count.multipliedReportingOverflow(by: count)
        try spend(overflows ? TemplateLimits.steps : min(size, TemplateLimits.steps))
        return .list(TemplateList(Array(repeatElement(list.elements, count: count).joined()), isTuple: list.isTuple))
    }

    private func calculateWhole(_ left: Int, _ operation: TemplateOperator, _ right: Int) throws(ChatTemplateError) -> TemplateValue {
        var (value, overflows) = (0, false)
        switch operation {
        case .add: (value, overflows) = left.addingReportingOverflow(right)
        case .subtract: (value, overflows) = left.subtractingReportingOverflow(right)
        case .multiply: (value, overflows) = left.multipliedReportingOverflow(by: right)
        case .divideWhole, .remainder:
            guard right != 0 else { throw invalid("a number is divided by zero") }
            // Python rounds down, and the remainder has the sign of the divisor.
            let (quotient, isTooLarge) = left.dividedReportingOverflow(by: right)
            let remainder = isTooLarge ? 0 : left % right
            let goesDown = remainder != 0 && (remainder < 0) != (right < 0)
            overflows = isTooLarge && operation == .divideWhole
            value = operation == .remainder ? (goesDown ? remainder + right : remainder) : (goesDown ? quotient - 1 : quotient)
        case .power:
            guard right >= 0 else { return .number(pow(Double(left), Double(right))) }
            (value, overflows) = Self.power(left, right)
        case .divide: break
        }
        if overflows { throw invalid("a number is too large") }
        return .integer(value)
    }

    private static func power(_ base: Int, _ exponent: Int) -> (Int, Bool) {
        if exponent == 0 || base == 1 { return (1, false) }
        if base == 0 { return (0, false) }
        if base == -1 { return (exponent % 2 == 0 ? 1 : -1, false) }
        var value = base, overflows = exponent > Int.bitWidth
        for _ in 1..<min(exponent, Int.bitWidth) where !overflows { (value, overflows) = value.multipliedReportingOverflow(by: base) }
        return (value, overflows)
    }

    private func calculateReal(_ left: Double, _ operation: TemplateOperator, _ right: Double) throws(ChatTemplateError) -> Double {
        if right == 0, [.divide, .divideWhole, .remainder].contains(operation) { throw invalid("a number is divided by zero") }
        switch operation {
        case .add: return left + right
        case .subtract: return left - right
        case .multiply: return left * right
        case .divide: return left / right
        case .divideWhole: return (left / right).rounded(.down)
        case .remainder:
            let remainder = fmod(left, right)
            return remainder != 0 && (remainder < 0) != (right < 0) ? remainder + right : remainder
        case .power: return pow(left, right)
        }
    }

    private func wholePart(of value: TemplateValue) throws(ChatTemplateError) -> Int {
        guard let number = value.wholeNumber ?? value.realNumber.flatMap({ Int(exactly: $0.rounded(.towardZero)) }) else {
            throw invalid("a format needs a number, not a value of type \(value.typeName)")
        }
        return number
    }

    /// `format % values`, with `%s`, `%d` and `%%`.
    func formatted(_ format: TracedText, _ values: TemplateValue) throws(ChatTemplateError) -> TracedText {
        var rest = [values][...], result = TracedText(), start = 0, index = 0
        if case .list(let list) = values, list.isTuple { rest = list.elements[...] }
        while index < format.bytes.count {
            guard format.bytes[index] == UInt8(ascii: "%") else {
                index += 1
                continue
            }
            result.append(format[start..<index])
            let letter = index + 1 < format.bytes.count ? format.bytes[index + 1] : 0
            switch letter {
            case UInt8(ascii: "%"): result.append("%")
            case UInt8(ascii: "s"), UInt8(ascii: "d"):
                guard let value = rest.popFirst() else { throw invalid("a format has more places than there are values") }
                result.append(try letter == UInt8(ascii: "s") ? text(of: value) : TracedText("\(wholePart(of: value))"))
            default: throw failure(.unknown("format", name: "%" + String(decoding: [letter], as: UTF8.self)))
            }
            index += 2
            start = index
        }
        result.append(format[min(start, format.bytes.count)..<format.bytes.count])
        try spend(on: result)
        guard rest.isEmpty else { throw invalid("a format has fewer places than there are values") }
        return result
    }
}
