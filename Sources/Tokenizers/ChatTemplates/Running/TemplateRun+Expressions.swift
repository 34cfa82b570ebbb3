extension TemplateRun {
    func evaluate(_ expression: TemplateExpression) throws(ChatTemplateError) -> TemplateValue {
        try descending(to: expression.line) { () throws(ChatTemplateError) in try value(of: expression.kind) }
    }

    private func value(of kind: TemplateExpression.Kind) throws(ChatTemplateError) -> TemplateValue {
        switch kind {
        case .constant(let value): return value
        case .name(let name): return scope.value(of: name) ?? .undefined("'\(name)' is undefined")
        case .member(let base, let name): return try member(name, of: evaluate(base))
        case .item(let base, let key): return try item(evaluate(key), of: evaluate(base))
        case .slice(let base, let start, let end, let step): return try slice(base, start, end, step)
        case .call(let callee, let arguments): return try call(callee, evaluate(arguments))
        case .filter(let base, let filter): return try apply(filter, to: evaluate(base))
        case .test(let base, let test): return try .bool(holds(test, for: evaluate(base)))
        case .not(let operand): return try .bool(!evaluate(operand).isTrue)
        case .and(let parts): return try firstValue(of: parts, thatIs: false)
        case .or(let parts): return try firstValue(of: parts, thatIs: true)
        case .comparison(let first, let rest): return try .bool(comparison(first, rest))
        case .conditional(let value, let condition, let otherwise):
            if try evaluate(condition).isTrue { return try evaluate(value) }
            return try otherwise.map { (other) throws(ChatTemplateError) in try evaluate(other) }
                ?? .undefined("the condition is false, and there is no else")
        default: return try built(kind)
        }
    }

    /// Values that are put together of others.
    private func built(_ kind: TemplateExpression.Kind) throws(ChatTemplateError) -> TemplateValue {
        switch kind {
        case .negative(let operand): return try calculate(.integer(-1), .multiply, number(evaluate(operand)))
        case .positive(let operand): return try number(evaluate(operand))
        case .arithmetic(let first, let rest):
            var value = try evaluate(first)
            for (operation, operand) in rest { value = try calculate(value, operation, evaluate(operand)) }
            return value
        case .joined(let parts):
            var whole = TracedText()
            for part in parts { whole.append(try text(of: evaluate(part))) }
            try spend(on: whole)
            return .string(whole)
        case .list(let parts): return try checked(.list(values(parts)))
        case .tuple(let parts): return try checked(.tuple(values(parts)))
        case .mapping(let entries):
            var mapping = TemplateMapping()
            for (key, value) in entries {
                let key = try evaluate(key)
                mapping.set(try self.key(key), key, try evaluate(value))
            }
            return try checked(.mapping(mapping))
        default: throw invalid("an expression has no value")
        }
    }

    func values(_ expressions: [TemplateExpression]) throws(ChatTemplateError) -> [TemplateValue] {
        var values: [TemplateValue] = []
        for expression in expressions { values.append(try evaluate(expression)) }
        return values
    }

    /// A value as the key of a dictionary.
    func key(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateKey {
        try spend(value.size - 1)
        guard let key = TemplateKey(value) else { throw invalid("a value of type \(value.typeName) cannot be a key") }
        return key
    }

    private func number(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
        guard value.realNumber != nil else { throw invalid("a value of type \(value.typeName) has no sign") }
        return value
    }

    private func firstValue(of parts: [TemplateExpression], thatIs wanted: Bool) throws(ChatTemplateError) -> TemplateValue {
        var value = TemplateValue.none
        for part in parts {
            value = try evaluate(part)
            if value.isTrue == wanted { break }
        }
        return value
    }

    // MARK: Comparing

    private func comparison(
        _ first: TemplateExpression, _ rest: [(TemplateComparison, TemplateExpression)]
    ) throws(ChatTemplateError) -> Bool {
        var left = try evaluate(first)
        for (comparison, expression) in rest {
            let right = try evaluate(expression)
            guard try compare(left, comparison, right) else { return false }
            left = right
        }
        return true
    }

    func compare(_ left: TemplateValue, _ comparison: TemplateComparison, _ right: TemplateValue) throws(ChatTemplateError) -> Bool {
        if case .string(let text) = left { try spend(text.bytes.count / 64) }
        try spend(min(left.size, right.size) - 1)
        return switch comparison {
        case .equal: left.equals(right)
        case .unequal: !left.equals(right)
        case .less: try precedes(left, right)
        case .greater: try precedes(right, left)
        case .lessOrEqual: try precedes(left, right) || left.equals(right)
        case .greaterOrEqual: try precedes(right, left) || left.equals(right)
        case .contained: try contains(right, left)
        case .notContained: try !contains(right, left)
        }
    }

    func precedes(_ left: TemplateValue, _ right: TemplateValue) throws(ChatTemplateError) -> Bool {
        try requireDefined(left)
        try requireDefined(right)
        try spend(min(left.size, right.size))
        guard let result = left.precedes(right) else {
            throw invalid("values of the types \(left.typeName) and \(right.typeName) cannot be ordered")
        }
        return result
    }

    func contains(_ container: TemplateValue, _ value: TemplateValue) throws(ChatTemplateError) -> Bool {
        switch container {
        case .undefined: return false
        case .string(let text):
            guard case .string(let part) = value else {
                throw invalid("a text cannot hold a value of type \(value.typeName)")
            }
            try spend(on: text)
            return text.contains(part)
        case .list(let list):
            try spend(list.elements.count * min(value.size, list.size))
            return list.elements.contains { $0.equals(value) }
        case .mapping(let mapping): return mapping[try key(value)] != nil
        default: throw invalid("a value of type \(container.typeName) holds no others")
        }
    }

    func requireDefined(_ value: TemplateValue) throws(ChatTemplateError) {
        if case .undefined(let reason) = value { throw invalid(reason) }
    }
}
