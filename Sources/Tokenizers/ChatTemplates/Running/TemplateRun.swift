/// One run of a template over its inputs.
///
/// All work is counted and bounded (`TemplateLimits`), so that a run ends whatever the template says.
final class TemplateRun {
    let now: TemplateDate
    /// Where variables are looked up first.
    var scope: TemplateScope
    var namespaces: [TemplateMapping] = []
    var macros: [TemplateClosure] = []
    /// Those that are running, the outermost first.
    var loops: [TemplateLoopState] = []
    /// What has been written by the template, or by the block or macro that is running.
    private(set) var output = TracedText()
    /// Of the construct that is running.
    private(set) var line = 0
    private var steps = 0
    private var depth = 0

    init(variables: [String: TemplateValue], now: TemplateDate) {
        scope = TemplateScope(parent: nil)
        for function in TemplateFunction.allCases { scope.variables[function.rawValue] = .function(function) }
        scope.variables.merge(variables) { _, given in given }
        self.now = now
    }

    // MARK: Bounds and errors

    func failure(_ problem: ChatTemplateError.Problem) -> ChatTemplateError { ChatTemplateError(problem, line: line) }

    func invalid(_ reason: String) -> ChatTemplateError { failure(.invalid(reason)) }

    /// Counts operations.
    func spend(_ count: Int = 1) throws(ChatTemplateError) {
        steps += count
        if steps > TemplateLimits.steps { throw failure(.limit("it takes operations", most: TemplateLimits.steps)) }
    }

    /// Counts the work of an operation on a text.
    func spend(on text: TracedText) throws(ChatTemplateError) {
        guard text.bytes.count <= TemplateLimits.textBytes else {
            throw failure(.limit("a text grows", most: TemplateLimits.textBytes))
        }
        try spend(1 + text.bytes.count / 64 + text.runs.count / 8)
    }

    /// A value that was made of others, if it is not too deep.
    func checked(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
        guard value.depth <= TemplateLimits.valueDepth else {
            throw failure(.limit("values stand in each other", most: TemplateLimits.valueDepth))
        }
        return value
    }

    /// Does what belongs to a construct, which may stand in only so many others.
    func descending<Result>(
        to line: Int, _ work: () throws(ChatTemplateError) -> Result
    ) throws(ChatTemplateError) -> Result {
        self.line = line
        guard depth < TemplateLimits.depth else {
            throw failure(.limit("macros and constructs call each other", most: TemplateLimits.depth))
        }
        depth += 1
        defer { depth -= 1 }
        try spend()
        return try work()
    }

    // MARK: Writing

    func write(_ text: TracedText) throws(ChatTemplateError) {
        output.append(text)
        try spend(1 + text.bytes.count / 64)
        guard output.bytes.count <= TemplateLimits.textBytes else {
            throw failure(.limit("the output grows", most: TemplateLimits.textBytes))
        }
    }

    /// What `work` writes, which is kept from the output.
    func captured(_ work: () throws(ChatTemplateError) -> Void) throws(ChatTemplateError) -> TracedText {
        let outer = output
        output = TracedText()
        defer { output = outer }
        try work()
        return output
    }

    /// Does work in a scope of its own.
    func scoped<Result>(
        in parent: TemplateScope? = nil, _ work: () throws(ChatTemplateError) -> Result
    ) throws(ChatTemplateError) -> Result {
        let outer = scope
        scope = TemplateScope(parent: parent ?? outer)
        defer { scope = outer }
        return try work()
    }
}

/// Variables of a block, and the block around it.
final class TemplateScope {
    var variables: [String: TemplateValue] = [:]
    let parent: TemplateScope?

    init(parent: TemplateScope?) { self.parent = parent }

    func value(of name: String) -> TemplateValue? { owner(of: name)?.variables[name] }

    /// The innermost scope that has the variable.
    func owner(of name: String) -> TemplateScope? {
        var scope: TemplateScope? = self
        while let current = scope, current.variables[name] == nil { scope = current.parent }
        return scope
    }
}

/// A macro and where it was defined.
struct TemplateClosure {
    let macro: TemplateMacro
    let scope: TemplateScope
}

struct TemplateLoopState {
    let elements: [TemplateValue]
    var index = 0
    /// What `loop.changed` was called with last.
    var lastCompared: [TemplateValue]?
}
