/// The arguments of a call, evaluated.
struct TemplateCall {
    var positional: [TemplateValue] = []
    var named: [(name: String, value: TemplateValue)] = []

    /// The argument at a place or of a name.
    subscript(place: Int, name: String) -> TemplateValue? {
        positional.indices.contains(place) ? positional[place] : self[name]
    }

    subscript(name: String) -> TemplateValue? { named.last { $0.name == name }?.value }

    /// Without the first arguments, which were meant for somebody else.
    func dropping(_ count: Int) -> TemplateCall { TemplateCall(positional: Array(positional.dropFirst(count)), named: named) }
}

extension TemplateRun {
    func evaluate(_ arguments: TemplateArguments) throws(ChatTemplateError) -> TemplateCall {
        var call = TemplateCall(positional: try values(arguments.positional))
        for (name, value) in arguments.named { call.named.append((name, try evaluate(value))) }
        if let rest = arguments.rest { call.positional += try elements(of: evaluate(rest)) }
        if let rest = arguments.namedRest {
            guard case .mapping(let mapping) = try evaluate(rest) else { throw invalid("what follows ** is no dictionary") }
            for entry in mapping.entries { call.named.append((try text(of: entry.key).string, entry.value)) }
        }
        return call
    }

    /// Calls a method, a macro or a function.
    func call(_ callee: TemplateExpression, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        if case .member(let base, let name) = callee.kind {
            let receiver = try evaluate(base)
            try requireDefined(receiver)
            if case .loop(let place) = receiver { return try callLoop(name, place, call) }
            if MethodRegistry.hasMethod(name, of: receiver) {
                return try MethodRegistry.call(name, of: receiver, at: base, call, self)
            }
            return try self.call(value: member(name, of: receiver), call)
        }
        return try self.call(value: evaluate(callee), call)
    }

    private func call(value: TemplateValue, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        try requireDefined(value)
        switch value {
        case .macro(let number): return try self.call(macros[number], call)
        case .function(let function): return try self.call(function, call)
        default: throw invalid("a value of type \(value.typeName) cannot be called")
        }
    }

    private func call(_ closure: TemplateClosure, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        let macro = closure.macro
        let text = try captured { () throws(ChatTemplateError) in
            try scoped(in: closure.scope) { () throws(ChatTemplateError) in
                try bind(call, to: macro)
                try run(macro.body)
            }
        }
        return .string(text)
    }

    private func bind(_ call: TemplateCall, to macro: TemplateMacro) throws(ChatTemplateError) {
        let known = Set(macro.parameters.map(\.name))
        for (name, value) in call.named where known.contains(name) || (name == "caller" && macro.extras.contains(name)) {
            scope.variables[name] = value
        }
        for (parameter, value) in zip(macro.parameters, call.positional) { scope.variables[parameter.name] = value }
        let more = call.positional.dropFirst(macro.parameters.count)
        guard more.isEmpty || macro.extras.contains("varargs") else {
            throw invalid("the macro \(macro.name) takes \(macro.parameters.count) arguments, not \(call.positional.count)")
        }
        let others = call.named.filter { !known.contains($0.name) && $0.name != "caller" }
        if let other = others.first, !macro.extras.contains("kwargs") {
            throw invalid("the macro \(macro.name) takes no argument \(other.name)")
        }
        if macro.extras.contains("varargs") { scope.variables["varargs"] = .tuple(Array(more)) }
        if macro.extras.contains("kwargs") { scope.variables["kwargs"] = .mapping(Self.mapping(others)) }
        for parameter in macro.parameters where scope.variables[parameter.name] == nil {
            let missing = TemplateValue.undefined("the parameter '\(parameter.name)' was not provided")
            scope.variables[parameter.name] =
                try parameter.standard.map { (value) throws(ChatTemplateError) in try evaluate(value) } ?? missing
        }
    }

    private static func mapping(_ entries: [(name: String, value: TemplateValue)]) -> TemplateMapping {
        var mapping = TemplateMapping()
        for entry in entries { mapping.set(TracedText(entry.name), entry.value) }
        return mapping
    }

    // MARK: Functions

    private func call(_ function: TemplateFunction, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        switch function {
        case .raise: throw failure(.refused(try text(of: call[0, "message"] ?? .none).string))
        case .range: return try range(call)
        case .dict: return try checked(.mapping(dictionary(call)))
        case .namespace:
            namespaces.append(try dictionary(call))
            return .namespace(namespaces.count - 1)
        case .dateNow:
            let format = try text(of: call[0, "format"] ?? .undefined(""))
            do { return .string(try now.formatted(format.string)) } catch { throw failure(.unknown("date format", name: error.name)) }
        }
    }

    private func dictionary(_ call: TemplateCall) throws(ChatTemplateError) -> TemplateMapping {
        var mapping = TemplateMapping()
        switch call.positional.first {
        case nil: break
        case .mapping(let given): mapping = given
        case .some(let pairs):
            for pair in try elements(of: pairs) {
                let parts = try elements(of: pair)
                guard parts.count == 2 else { throw invalid("a dictionary is made of pairs, not of \(parts.count) values") }
                mapping.set(try key(parts[0]), parts[0], parts[1])
            }
        }
        for (name, value) in call.named { mapping.set(TracedText(name), value) }
        return mapping
    }

    private func range(_ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        let numbers = call.positional.compactMap(\.wholeNumber)
        guard (1...3).contains(numbers.count), numbers.count == call.positional.count else {
            throw invalid("a range is given by one to three whole numbers")
        }
        let start = numbers.count > 1 ? numbers[0] : 0, end = numbers.count > 1 ? numbers[1] : numbers[0]
        let step = numbers.count > 2 ? numbers[2] : 1
        guard step != 0 else { throw invalid("the step of a range is zero") }
        let (span, overflows) = end.subtractingReportingOverflow(start)
        let isEmpty = !overflows && (span < 0) != (step < 0)
        guard isEmpty || !overflows && (span.magnitude + step.magnitude - 1) / step.magnitude <= TemplateLimits.range else {
            throw failure(.limit("a range goes", most: TemplateLimits.range))
        }
        let values = stride(from: start, to: end, by: step).map(TemplateValue.integer)
        try spend(values.count)
        return .list(values)
    }

    private func callLoop(_ name: String, _ place: Int, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        guard loops.indices.contains(place) else { throw invalid("the loop is over") }
        switch name {
        case "cycle":
            guard !call.positional.isEmpty else { throw invalid("loop.cycle has nothing to choose from") }
            return call.positional[loops[place].index % call.positional.count]
        case "changed":
            try spend(TemplateValue.list(call.positional).size)
            let before = loops[place].lastCompared
            loops[place].lastCompared = call.positional
            return .bool(before.map { !TemplateValue.list($0).equals(.list(call.positional)) } ?? true)
        default: throw failure(.unknown("method of loops", name: name))
        }
    }

    // MARK: Filters and tests

    func apply(_ filter: TemplateFilter, to value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
        try apply(filterNamed: filter.name, to: value, evaluate(filter.arguments))
    }

    func apply(filterNamed name: String, to value: TemplateValue, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        guard let filter = FilterRegistry.filter(named: name) else { throw failure(.unknown("filter", name: name)) }
        return try checked(filter(self, value, call))
    }

    func holds(_ test: TemplateFilter, for value: TemplateValue) throws(ChatTemplateError) -> Bool {
        try holds(testNamed: test.name, for: value, evaluate(test.arguments))
    }

    func holds(testNamed name: String, for value: TemplateValue, _ call: TemplateCall) throws(ChatTemplateError) -> Bool {
        guard let test = TestRegistry.test(named: name) else { throw failure(.unknown("test", name: name)) }
        return try test(self, value, call)
    }
}
