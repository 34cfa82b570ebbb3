extension TemplateRun {
    /// - Returns: whether a loop is to be left, or an iteration.
    @discardableResult
    func run(_ statements: [TemplateStatement]) throws(ChatTemplateError) -> TemplateLeave? {
        for statement in statements {
            let leave = try descending(to: statement.line) { () throws(ChatTemplateError) in try run(statement) }
            if let leave { return leave }
        }
        return nil
    }

    private func run(_ statement: TemplateStatement) throws(ChatTemplateError) -> TemplateLeave? {
        switch statement.kind {
        case .text(let text): try write(text)
        case .output(let expression): try write(try text(of: evaluate(expression)))
        case .choice(let branches, let otherwise): return try run(branches, otherwise: otherwise)
        case .loop(let loop): return try run(loop)
        case .set(let target, let expression): try assign(try evaluate(expression), to: target)
        case .setBlock(let target, let filters, let body):
            let text = try captured { () throws(ChatTemplateError) in
                try scoped { () throws(ChatTemplateError) in _ = try run(body) }
            }
            try assign(try apply(filters, to: text), to: target)
        case .macro(let macro): scope.variables[macro.name] = closure(macro)
        case .callBlock(let expression, let block):
            guard case .call(let callee, let arguments) = expression.kind else { break }
            var call = try evaluate(arguments)
            call.named.append(("caller", closure(block)))
            try write(try text(of: self.call(callee, call)))
        case .filterBlock(let filters, let body):
            let text = try captured { () throws(ChatTemplateError) in
                try scoped { () throws(ChatTemplateError) in _ = try run(body) }
            }
            try write(try self.text(of: apply(filters, to: text)))
        case .scope(let variables, let body): return try run(body, with: variables)
        case .leave(let leave): return leave
        }
        return nil
    }

    private func run(
        _ branches: [TemplateBranch], otherwise: [TemplateStatement]
    ) throws(ChatTemplateError) -> TemplateLeave? {
        for branch in branches where try evaluate(branch.condition).isTrue { return try run(branch.body) }
        return try run(otherwise)
    }

    private func run(
        _ body: [TemplateStatement], with variables: [(TemplateTarget, TemplateExpression)]
    ) throws(ChatTemplateError) -> TemplateLeave? {
        var values: [TemplateValue] = []
        for (_, expression) in variables { values.append(try evaluate(expression)) }
        return try scoped { () throws(ChatTemplateError) in
            for ((target, _), value) in zip(variables, values) { try assign(value, to: target) }
            return try run(body)
        }
    }

    private func closure(_ macro: TemplateMacro) -> TemplateValue {
        macros.append(TemplateClosure(macro: macro, scope: scope))
        return .macro(macros.count - 1)
    }

    private func apply(_ filters: [TemplateFilter], to text: TracedText) throws(ChatTemplateError) -> TemplateValue {
        var value = TemplateValue.string(text)
        for filter in filters { value = try apply(filter, to: value) }
        return value
    }

    // MARK: Loops

    private func run(_ loop: TemplateLoop) throws(ChatTemplateError) -> TemplateLeave? {
        let elements = try chosen(from: try elements(of: evaluate(loop.elements)), for: loop)
        if elements.isEmpty {
            return try scoped { () throws(ChatTemplateError) in try run(loop.otherwise) }
        }
        loops.append(TemplateLoopState(elements: elements))
        let place = loops.count - 1
        defer { loops.removeLast() }
        for (index, element) in elements.enumerated() {
            loops[place].index = index
            let leave = try scoped { () throws(ChatTemplateError) in
                scope.variables["loop"] = .loop(place)
                try assign(element, to: loop.target)
                return try run(loop.body)
            }
            if leave == .loop { break }
        }
        return nil
    }

    private func chosen(from elements: [TemplateValue], for loop: TemplateLoop) throws(ChatTemplateError) -> [TemplateValue] {
        guard let condition = loop.condition else { return elements }
        var chosen: [TemplateValue] = []
        for element in elements {
            let isChosen = try scoped { () throws(ChatTemplateError) in
                try assign(element, to: loop.target)
                return try evaluate(condition).isTrue
            }
            if isChosen { chosen.append(element) }
        }
        return chosen
    }

    // MARK: Assignments

    func assign(_ value: TemplateValue, to target: TemplateTarget) throws(ChatTemplateError) {
        switch target {
        case .name(let name): scope.variables[name] = value
        case .member(let name, let member):
            guard case .namespace(let number) = scope.value(of: name) else {
                throw invalid("\(name).\(member) cannot be set, since \(name) is no namespace")
            }
            namespaces[number].set(TracedText(member), value)
        case .tuple(let targets):
            let parts = try elements(of: value)
            guard parts.count == targets.count else {
                throw invalid("\(parts.count) values cannot be given to \(targets.count) names")
            }
            for (target, part) in zip(targets, parts) { try assign(part, to: target) }
        }
    }

    /// What a loop goes over.
    func elements(of value: TemplateValue) throws(ChatTemplateError) -> [TemplateValue] {
        switch value {
        case .undefined: return []
        case .list(let list):
            try spend(list.elements.count)
            return list.elements
        case .mapping(let mapping):
            try spend(mapping.entries.count)
            return mapping.keys
        case .string(let text):
            try spend(text.bytes.count)
            return text.characters.map(TemplateValue.string)
        default: throw invalid("a value of type \(value.typeName) has no elements")
        }
    }

    /// What is written for a value.
    func text(of value: TemplateValue) throws(ChatTemplateError) -> TracedText {
        if case .string(let text) = value { return text }
        return try written { (writer) throws(PythonWriter.Unwritable) in try writer.writePlain(value) }
    }

    func written(_ write: (inout PythonWriter) throws(PythonWriter.Unwritable) -> Void) throws(ChatTemplateError) -> TracedText {
        var writer = PythonWriter()
        do { try write(&writer) } catch { throw invalid(error.reason) }
        try spend(1 + writer.text.bytes.count / 8)
        return writer.text
    }
}
