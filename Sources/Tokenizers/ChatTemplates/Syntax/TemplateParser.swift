/// Makes statements of a template's words, by the grammar of Jinja.
struct TemplateParser {
    private let tokens: [TemplateToken]
    private var position = 0
    /// How many constructs are open.
    private var nesting = 0
    /// Filters and tests met that are not known. One in a branch is refused when it is reached, others at once.
    private var unknown: [ChatTemplateError] = []
    /// How many loops are open in the macro that is being read.
    private var loops = 0
    /// Names met in the macro that is being read.
    var namesMet: Set<String> = []

    /// - Throws: where the template is not well-formed, or holds a construct that is not known, which is named.
    static func statements(of source: String) throws(ChatTemplateError) -> [TemplateStatement] {
        var parser = TemplateParser(tokens: try TemplateLexer.tokens(of: source))
        let statements = try parser.statements(until: []).body
        if let unknown = parser.unknown.first { throw unknown }
        return statements
    }

    private init(tokens: [TemplateToken]) { self.tokens = tokens }

    // MARK: Words

    var token: TemplateToken { tokens[position] }
    var following: TemplateToken.Kind { tokens[min(position + 1, tokens.count - 1)].kind }

    mutating func advance() {
        if position < tokens.count - 1 { position += 1 }
    }

    mutating func accept(_ kind: TemplateToken.Kind) -> Bool {
        guard token.kind == kind else { return false }
        advance()
        return true
    }

    mutating func accept(symbol: String) -> Bool { accept(.symbol(symbol)) }
    mutating func accept(word: String) -> Bool { accept(.name(word)) }

    mutating func expect(_ kind: TemplateToken.Kind) throws(ChatTemplateError) {
        guard accept(kind) else { throw failure("\(token.kind) stands where \(kind) should") }
    }

    mutating func expect(symbol: String) throws(ChatTemplateError) { try expect(.symbol(symbol)) }

    mutating func name() throws(ChatTemplateError) -> String {
        guard case .name(let name) = token.kind else { throw failure("\(token.kind) stands where a name should") }
        advance()
        return name
    }

    func failure(_ reason: String) -> ChatTemplateError { ChatTemplateError(.syntax(reason), line: token.line) }

    /// Reads a construct that stands in others, of which there may be only so many.
    mutating func nested<Result>(
        _ read: (inout TemplateParser) throws(ChatTemplateError) -> Result
    ) throws(ChatTemplateError) -> Result {
        guard nesting < TemplateLimits.nesting else {
            throw ChatTemplateError(.limit("constructs stand in each other", most: TemplateLimits.nesting), line: token.line)
        }
        nesting += 1
        defer { nesting -= 1 }
        return try read(&self)
    }

    mutating func noteUnknown(_ what: String, _ name: String) {
        unknown.append(ChatTemplateError(.unknown(what, name: name), line: token.line))
    }

    /// Reads what may turn out to be a branch, and then may hold constructs that are not known.
    mutating func branching<Result>(
        _ read: (inout TemplateParser) throws(ChatTemplateError) -> (result: Result, isBranch: Bool)
    ) throws(ChatTemplateError) -> Result {
        let before = unknown.count
        let (result, isBranch) = try read(&self)
        if isBranch { unknown.removeSubrange(before...) }
        return result
    }

    // MARK: Statements

    /// Reads statements up to a tag with one of these names, which is passed; without names, up to the end.
    private mutating func statements(until ends: Set<String>) throws(ChatTemplateError) -> (body: [TemplateStatement], end: String) {
        var body: [TemplateStatement] = []
        while true {
            let line = token.line
            switch token.kind {
            case .text(let text):
                advance()
                body.append(TemplateStatement(kind: .text(TracedText(text)), line: line))
            case .outputBegin:
                advance()
                let value = try tuple()
                try expect(.outputEnd)
                body.append(TemplateStatement(kind: .output(value), line: line))
            case .blockBegin:
                advance()
                let tag = try name()
                if ends.contains(tag) { return (body, tag) }
                let kind = try nested { (parser) throws(ChatTemplateError) in try parser.statement(tag, line: line) }
                body.append(TemplateStatement(kind: kind, line: line))
            default:
                guard ends.isEmpty, token.kind == .end else {
                    throw failure("\"\(ends.sorted().joined(separator: "\" or \""))\" is missing before \(token.kind)")
                }
                return (body, "")
            }
        }
    }

    /// Reads statements up to the end tag and passes that.
    private mutating func block(until end: String) throws(ChatTemplateError) -> [TemplateStatement] {
        let body = try statements(until: [end]).body
        try expect(.blockEnd)
        return body
    }

    private mutating func statement(_ tag: String, line: Int) throws(ChatTemplateError) -> TemplateStatement.Kind {
        switch tag {
        case "if": return try branching { (parser) throws(ChatTemplateError) in (try parser.choice(), true) }
        case "for": return try loop()
        case "set": return try assignment()
        case "macro": return .macro(try macro())
        case "call": return try callBlock()
        case "filter":
            let filters = try filters()
            try expect(.blockEnd)
            return .filterBlock(filters, try block(until: "endfilter"))
        case "with": return try scope()
        case "generation":
            // It marks what the assistant said; like the block of a call, it is a scope.
            try expect(.blockEnd)
            return .scope([], try block(until: "endgeneration"))
        case "break", "continue":
            guard loops > 0, let leave = TemplateLeave(rawValue: tag) else { throw failure("\"\(tag)\" stands in no loop") }
            try expect(.blockEnd)
            return .leave(leave)
        default: throw ChatTemplateError(.unknown("tag", name: tag), line: line)
        }
    }

    private mutating func choice() throws(ChatTemplateError) -> TemplateStatement.Kind {
        var found: [TemplateBranch] = []
        while true {
            let condition = try tuple(allowsConditional: false)
            try expect(.blockEnd)
            let (body, end) = try statements(until: ["elif", "else", "endif"])
            found.append(TemplateBranch(condition: condition, body: body))
            if end == "elif" { continue }
            try expect(.blockEnd)
            return .choice(found, otherwise: end == "else" ? try block(until: "endif") : [])
        }
    }

    private mutating func loop() throws(ChatTemplateError) -> TemplateStatement.Kind {
        let target = try target()
        try expect(.name("in"))
        let elements = try tuple(allowsConditional: false)
        let condition = accept(word: "if") ? try expression() : nil
        if token.kind == .name("recursive") { throw ChatTemplateError(.unknown("kind of loop", name: "recursive"), line: token.line) }
        try expect(.blockEnd)
        loops += 1
        let (body, end) = try statements(until: ["else", "endfor"])
        loops -= 1
        try expect(.blockEnd)
        let otherwise = end == "else" ? try block(until: "endfor") : []
        return .loop(TemplateLoop(target: target, elements: elements, condition: condition, body: body, otherwise: otherwise))
    }

    private mutating func assignment() throws(ChatTemplateError) -> TemplateStatement.Kind {
        let target = try target(allowsMember: true)
        if accept(symbol: "=") {
            let value = try tuple()
            try expect(.blockEnd)
            return .set(target, value)
        }
        let filters = accept(symbol: "|") ? try filters() : []
        try expect(.blockEnd)
        return .setBlock(target, filters, try block(until: "endset"))
    }

    private mutating func scope() throws(ChatTemplateError) -> TemplateStatement.Kind {
        var variables: [(TemplateTarget, TemplateExpression)] = []
        while token.kind != .blockEnd {
            if !variables.isEmpty { try expect(symbol: ",") }
            let target = TemplateTarget.name(try name())
            try expect(symbol: "=")
            variables.append((target, try expression()))
        }
        try expect(.blockEnd)
        return .scope(variables, try block(until: "endwith"))
    }

    private mutating func target(allowsMember: Bool = false) throws(ChatTemplateError) -> TemplateTarget {
        var parts: [TemplateTarget] = []
        let isEnclosed = accept(symbol: "(")
        while true {
            if accept(symbol: "(") {
                parts.append(.tuple(try targets()))
                try expect(symbol: ")")
            } else {
                let name = try name()
                parts.append(allowsMember && accept(symbol: ".") ? .member(of: name, try self.name()) : .name(name))
            }
            guard accept(symbol: ",") else { break }
            if case .name = token.kind { continue }
            if token.kind != .symbol("(") { return .tuple(parts) }
        }
        if isEnclosed { try expect(symbol: ")") }
        return parts.count == 1 ? parts[0] : .tuple(parts)
    }

    private mutating func targets() throws(ChatTemplateError) -> [TemplateTarget] {
        var names: [TemplateTarget] = []
        repeat { names.append(.name(try name())) } while accept(symbol: ",")
        return names
    }
}

// MARK: - Macros

extension TemplateParser {
    private mutating func macro() throws(ChatTemplateError) -> TemplateMacro {
        let name = try name()
        return try macro(named: name, parameters: try parameters(), end: "endmacro")
    }

    private mutating func callBlock() throws(ChatTemplateError) -> TemplateStatement.Kind {
        let parameters = token.kind == .symbol("(") ? try parameters() : []
        let call = try expression()
        guard case .call = call.kind else { throw failure("\"call\" is followed by no call") }
        return .callBlock(call, try macro(named: "caller", parameters: parameters, end: "endcall"))
    }

    private mutating func macro(
        named name: String, parameters: [TemplateMacro.Parameter], end: String
    ) throws(ChatTemplateError) -> TemplateMacro {
        try expect(.blockEnd)
        let outerNames = namesMet, outerLoops = loops
        namesMet = []
        loops = 0
        let body = try block(until: end)
        let extras = namesMet.intersection(["varargs", "kwargs", "caller"])
        namesMet.formUnion(outerNames)
        loops = outerLoops
        return TemplateMacro(name: name, parameters: parameters, body: body, extras: extras)
    }

    private mutating func parameters() throws(ChatTemplateError) -> [TemplateMacro.Parameter] {
        try expect(symbol: "(")
        var found: [TemplateMacro.Parameter] = []
        while !accept(symbol: ")") {
            if !found.isEmpty { try expect(symbol: ",") }
            let name = try name()
            let standard = accept(symbol: "=") ? try expression() : nil
            guard standard != nil || found.last?.standard == nil else { throw failure("the parameter \(name) has no default") }
            found.append(TemplateMacro.Parameter(name: name, standard: standard))
        }
        return found
    }
}
