/// Expressions, from those that bind least to those that bind most.
extension TemplateParser {
    /// An expression, or several with commas between them, which make a tuple.
    ///
    /// - Parameter allowsConditional: whether `if` goes on with the expression.
    mutating func tuple(allowsConditional: Bool = true) throws(ChatTemplateError) -> TemplateExpression {
        let line = token.line
        let first = try expression(allowsConditional: allowsConditional)
        guard token.kind == .symbol(",") else { return first }
        var elements = [first]
        while accept(symbol: ","), !endsTuple {
            elements.append(try expression(allowsConditional: allowsConditional))
        }
        return TemplateExpression(kind: .tuple(elements), line: line)
    }

    private var endsTuple: Bool {
        switch token.kind {
        case .blockEnd, .outputEnd, .symbol(")"), .end: true
        default: false
        }
    }

    mutating func expression(allowsConditional: Bool = true) throws(ChatTemplateError) -> TemplateExpression {
        try nested { (parser) throws(ChatTemplateError) in
            guard allowsConditional else { return try parser.disjunction() }
            return try parser.branching { (parser) throws(ChatTemplateError) in try parser.conditional() }
        }
    }

    private mutating func conditional() throws(ChatTemplateError) -> (TemplateExpression, isBranch: Bool) {
        var value = try disjunction(), count = 0
        while token.kind == .name("if") {
            try checkChain(&count)
            let line = token.line
            advance()
            let condition = try disjunction()
            let otherwise = accept(word: "else") ? try expression() : nil
            value = TemplateExpression(kind: .conditional(value, condition: condition, otherwise: otherwise), line: line)
        }
        return (value, count > 0)
    }

    private mutating func disjunction() throws(ChatTemplateError) -> TemplateExpression {
        let line = token.line
        var parts = [try conjunction()]
        while accept(word: "or") { parts.append(try conjunction()) }
        return parts.count == 1 ? parts[0] : TemplateExpression(kind: .or(parts), line: line)
    }

    private mutating func conjunction() throws(ChatTemplateError) -> TemplateExpression {
        let line = token.line
        var parts = [try negation()]
        while accept(word: "and") { parts.append(try negation()) }
        return parts.count == 1 ? parts[0] : TemplateExpression(kind: .and(parts), line: line)
    }

    private mutating func negation() throws(ChatTemplateError) -> TemplateExpression {
        let line = token.line
        guard accept(word: "not") else { return try comparison() }
        let negated = try nested { (parser) throws(ChatTemplateError) in try parser.negation() }
        return TemplateExpression(kind: .not(negated), line: line)
    }

    private mutating func comparison() throws(ChatTemplateError) -> TemplateExpression {
        let line = token.line, first = try sum()
        var rest: [(TemplateComparison, TemplateExpression)] = []
        while let comparison = acceptComparison() { rest.append((comparison, try sum())) }
        return rest.isEmpty ? first : TemplateExpression(kind: .comparison(first, rest), line: line)
    }

    private mutating func acceptComparison() -> TemplateComparison? {
        switch token.kind {
        case .symbol(let symbol):
            guard let comparison = TemplateComparison(rawValue: symbol) else { return nil }
            advance()
            return comparison
        case .name("in"):
            advance()
            return .contained
        case .name("not") where following == .name("in"):
            advance()
            advance()
            return .notContained
        default: return nil
        }
    }

    // MARK: Arithmetic

    private mutating func sum() throws(ChatTemplateError) -> TemplateExpression {
        try arithmetic([.add, .subtract]) { (parser) throws(ChatTemplateError) in try parser.joining() }
    }

    private mutating func joining() throws(ChatTemplateError) -> TemplateExpression {
        let line = token.line
        var parts = [try product()]
        while accept(symbol: "~") { parts.append(try product()) }
        return parts.count == 1 ? parts[0] : TemplateExpression(kind: .joined(parts), line: line)
    }

    private mutating func product() throws(ChatTemplateError) -> TemplateExpression {
        try arithmetic([.multiply, .divide, .divideWhole, .remainder]) { (parser) throws(ChatTemplateError) in try parser.power() }
    }

    private mutating func power() throws(ChatTemplateError) -> TemplateExpression {
        try arithmetic([.power]) { (parser) throws(ChatTemplateError) in try parser.unary() }
    }

    private mutating func arithmetic(
        _ operators: [TemplateOperator], _ operand: (inout TemplateParser) throws(ChatTemplateError) -> TemplateExpression
    ) throws(ChatTemplateError) -> TemplateExpression {
        let line = token.line, first = try operand(&self)
        var rest: [(TemplateOperator, TemplateExpression)] = []
        while case .symbol(let symbol) = token.kind, let found = operators.first(where: { $0.rawValue == symbol }) {
            advance()
            rest.append((found, try operand(&self)))
        }
        return rest.isEmpty ? first : TemplateExpression(kind: .arithmetic(first, rest), line: line)
    }

    private mutating func unary(withFilters: Bool = true) throws(ChatTemplateError) -> TemplateExpression {
        let line = token.line
        var value: TemplateExpression
        if token.kind == .symbol("-") || token.kind == .symbol("+") {
            let isNegative = token.kind == .symbol("-")
            advance()
            let operand = try nested { (parser) throws(ChatTemplateError) in try parser.unary(withFilters: false) }
            value = TemplateExpression(kind: isNegative ? .negative(operand) : .positive(operand), line: line)
        } else {
            value = try primary()
        }
        var count = 0
        value = try postfix(value, &count)
        return withFilters ? try filtered(value, &count) : value
    }

    /// Every link of a chain is a level of the tree.
    private func checkChain(_ count: inout Int) throws(ChatTemplateError) {
        count += 1
        guard count <= TemplateLimits.chain else {
            throw ChatTemplateError(.limit("operators follow one another", most: TemplateLimits.chain), line: token.line)
        }
    }

    // MARK: Members, calls, filters and tests

    private mutating func postfix(_ value: TemplateExpression, _ count: inout Int) throws(ChatTemplateError) -> TemplateExpression {
        var value = value
        while true {
            let line = token.line
            if accept(symbol: ".") {
                value = TemplateExpression(kind: try member(of: value), line: line)
            } else if accept(symbol: "[") {
                value = TemplateExpression(kind: try subscripted(value), line: line)
            } else if token.kind == .symbol("(") {
                value = TemplateExpression(kind: .call(value, try arguments()), line: line)
            } else {
                return value
            }
            try checkChain(&count)
        }
    }

    private mutating func member(of value: TemplateExpression) throws(ChatTemplateError) -> TemplateExpression.Kind {
        guard case .integer(let index) = token.kind else { return .member(value, try name()) }
        let key = TemplateExpression(kind: .constant(.integer(index)), line: token.line)
        advance()
        return .item(value, key)
    }

    private mutating func subscripted(_ value: TemplateExpression) throws(ChatTemplateError) -> TemplateExpression.Kind {
        var bounds: [TemplateExpression?] = [nil]
        while token.kind != .symbol("]") {
            if accept(symbol: ":") {
                bounds.append(nil)
            } else {
                guard case .some(.none) = bounds.last, bounds.count <= 3 else { throw failure("\(token.kind) stands where \"]\" should") }
                bounds[bounds.count - 1] = try expression()
            }
        }
        advance()
        switch bounds.count {
        case 1:
            guard let key = bounds[0] else { throw failure("a subscript is empty") }
            return .item(value, key)
        case 2, 3: return .slice(value, start: bounds[0], end: bounds[1], step: bounds.count > 2 ? bounds[2] : nil)
        default: throw failure("a slice has more than three parts")
        }
    }

    private mutating func filtered(_ value: TemplateExpression, _ count: inout Int) throws(ChatTemplateError) -> TemplateExpression {
        var value = value
        while true {
            let line = token.line
            if accept(symbol: "|") {
                value = TemplateExpression(kind: .filter(value, try filter()), line: line)
            } else if accept(word: "is") {
                value = try test(of: value, line: line)
            } else if token.kind == .symbol("(") {
                value = TemplateExpression(kind: .call(value, try arguments()), line: line)
            } else {
                return value
            }
            try checkChain(&count)
        }
    }

    /// The filters of a block, the first of which stands here.
    mutating func filters() throws(ChatTemplateError) -> [TemplateFilter] {
        var filters = [try filter()]
        while accept(symbol: "|") { filters.append(try filter()) }
        return filters
    }

    private mutating func filter() throws(ChatTemplateError) -> TemplateFilter {
        let line = token.line, name = try dottedName()
        if FilterRegistry.filter(named: name) == nil { noteUnknown("filter", name) }
        let arguments = token.kind == .symbol("(") ? try arguments() : TemplateArguments()
        return TemplateFilter(name: name, arguments: arguments, line: line)
    }

    private mutating func dottedName() throws(ChatTemplateError) -> String {
        var name = try name()
        while accept(symbol: ".") { name += "." + (try self.name()) }
        return name
    }

    private mutating func test(of value: TemplateExpression, line: Int) throws(ChatTemplateError) -> TemplateExpression {
        let isNegated = accept(word: "not"), name = try dottedName()
        if TestRegistry.test(named: name) == nil { noteUnknown("test", name) }
        var arguments = TemplateArguments()
        if token.kind == .symbol("(") {
            arguments = try self.arguments()
        } else if startsOperand {
            var count = 0
            let operand = try nested { (parser) throws(ChatTemplateError) in try parser.postfix(try parser.primary(), &count) }
            arguments.positional = [operand]
        }
        let test = TemplateFilter(name: name, arguments: arguments, line: line)
        let result = TemplateExpression(kind: .test(value, test), line: line)
        return isNegated ? TemplateExpression(kind: .not(result), line: line) : result
    }

    /// Whether an operand of a test stands here, which needs no brackets.
    private var startsOperand: Bool {
        switch token.kind {
        case .name(let name): !["else", "or", "and", "is", "if", "in", "not"].contains(name)
        case .string, .integer, .number, .symbol("["), .symbol("{"): true
        default: false
        }
    }

    mutating func arguments() throws(ChatTemplateError) -> TemplateArguments {
        try expect(symbol: "(")
        var arguments = TemplateArguments(), isFirst = true
        while !accept(symbol: ")") {
            if !isFirst {
                try expect(symbol: ",")
                if accept(symbol: ")") { break }
            }
            isFirst = false
            if accept(symbol: "*") {
                arguments.rest = try expression()
            } else if accept(symbol: "**") {
                arguments.namedRest = try expression()
            } else if case .name(let name) = token.kind, following == .symbol("=") {
                advance()
                advance()
                arguments.named.append((name, try expression()))
            } else {
                guard arguments.named.isEmpty else { throw failure("an argument without a name follows one with a name") }
                arguments.positional.append(try expression())
            }
        }
        return arguments
    }

    // MARK: Literals

    private mutating func primary() throws(ChatTemplateError) -> TemplateExpression {
        let line = token.line
        switch token.kind {
        case .name(let name):
            advance()
            return TemplateExpression(kind: variableOrConstant(name), line: line)
        case .string(var text):
            advance()
            while case .string(let more) = token.kind {
                text += more
                advance()
            }
            return TemplateExpression(kind: .constant(.string(text)), line: line)
        case .integer(let value):
            advance()
            return TemplateExpression(kind: .constant(.integer(value)), line: line)
        case .number(let value):
            advance()
            return TemplateExpression(kind: .constant(.number(value)), line: line)
        case .symbol("("):
            advance()
            if accept(symbol: ")") { return TemplateExpression(kind: .tuple([]), line: line) }
            let value = try tuple()
            try expect(symbol: ")")
            return value
        case .symbol("["):
            advance()
            return TemplateExpression(kind: .list(try list()), line: line)
        case .symbol("{"):
            advance()
            return TemplateExpression(kind: .mapping(try mapping()), line: line)
        default: throw failure("\(token.kind) stands where a value should")
        }
    }

    private mutating func variableOrConstant(_ name: String) -> TemplateExpression.Kind {
        switch name {
        case "true", "True": return .constant(.bool(true))
        case "false", "False": return .constant(.bool(false))
        case "none", "None": return .constant(.none)
        default:
            namesMet.insert(name)
            return .name(name)
        }
    }

    private mutating func list() throws(ChatTemplateError) -> [TemplateExpression] {
        var elements: [TemplateExpression] = []
        while !accept(symbol: "]") {
            if !elements.isEmpty {
                try expect(symbol: ",")
                if accept(symbol: "]") { break }
            }
            elements.append(try expression())
        }
        return elements
    }

    private mutating func mapping() throws(ChatTemplateError) -> [(TemplateExpression, TemplateExpression)] {
        var entries: [(TemplateExpression, TemplateExpression)] = []
        while !accept(symbol: "}") {
            if !entries.isEmpty {
                try expect(symbol: ",")
                if accept(symbol: "}") { break }
            }
            let key = try expression()
            try expect(symbol: ":")
            entries.append((key, try expression()))
        }
        return entries
    }
}
