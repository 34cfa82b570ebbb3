import ModelFiles
import Tokenizers

/// A regular expression of JSON Schema as a nondeterministic automaton over characters (Thompson 1968).
///
/// It matches where it is found anywhere in a string, as JSON Schema has it: before its beginning and behind its end anything may come.
struct TextPattern: Sendable {
    enum State: Sendable {
        /// Reads one character of a set and goes on.
        case characters(ScalarSet, next: Int)
        case either([Int])
        /// Goes on only where no character has been read.
        case textStart(next: Int)
        /// Goes on only where no character follows.
        case textEnd(next: Int)
        case match
    }

    /// Beyond this many states a pattern is refused.
    static let mostStates = 20_000

    private(set) var states: [State] = [.match]
    private(set) var start = 0
    /// Reads on behind a match, where anything may come.
    private var further = 0
    private let path: String

    /// All characters there are.
    static let anyCharacter = ScalarSet([0...0xD7FF, 0xE000...0x10FFFF])

    init(_ pattern: String, path: String) throws(GrammarError) {
        self.path = path
        let expression: RegexNode
        do { expression = try RegexNode(ecmaScript: pattern) } catch {
            throw GrammarError(
                .invalid(reason: "has the pattern \"\(pattern)\", which \(error.reason) (at character \(error.offset))"), at: path)
        }
        // Whatever follows a match changes nothing.
        let matched = try add(.either([]))
        further = try add(.characters(Self.anyCharacter, next: matched))
        states[matched] = .either([0, further])
        let first = try add(expression, then: matched)
        let later = settled([first], isStart: false)
        guard !later.reading.isEmpty || later.mayEnd else {
            start = first
            return
        }
        start = try add(.either([]))
        states[start] = .either([first, try add(.characters(Self.anyCharacter, next: start))])
    }

    /// The patterns that a schema demands: its own and that of its format.
    static func patterns(of part: SchemaPart) throws(GrammarError) -> [TextPattern] {
        var patterns: [TextPattern] = []
        if let pattern = try part.text("pattern") { patterns.append(try TextPattern(pattern, path: part.path)) }
        if let format = try part.text("format") {
            if TextFormat.unsupported.contains(format) {
                throw part.unsupported("format", "leave \"\(format)\" out, or describe it by a \"pattern\"")
            }
            if let pattern = TextFormat.pattern(named: format) { patterns.append(try TextPattern(pattern, path: part.path)) }
        }
        return patterns
    }

    private mutating func add(_ state: State) throws(GrammarError) -> Int {
        guard states.count < Self.mostStates else {
            throw GrammarError(.tooLarge(what: "states in a pattern", most: Self.mostStates), at: path)
        }
        states.append(state)
        return states.count - 1
    }

    private mutating func add(_ node: RegexNode, then: Int) throws(GrammarError) -> Int {
        switch node {
        case .characters(let set): return try add(.characters(set.intersection(Self.anyCharacter), next: then))
        case .sequence(let parts):
            var next = then
            for part in parts.reversed() { next = try add(part, then: next) }
            return next
        case .alternatives(let choices):
            var ways: [Int] = []
            for choice in choices { ways.append(try add(choice, then: then)) }
            return try add(.either(ways))
        case .repeated(let part, let repetition):
            guard repetition.preference != .possessive else { throw unsupported("a possessive quantifier") }
            return try add(part, repetition, then: then)
        case .assertion(.lineStart), .assertion(.textStart): return try add(.textStart(next: then))
        case .assertion(.lineEnd), .assertion(.textEnd): return try add(.textEnd(next: then))
        case .assertion: throw unsupported("a word boundary")
        case .atomic: throw unsupported("an atomic group")
        case .look: throw unsupported("a look ahead or behind")
        }
    }

    private mutating func add(_ part: RegexNode, _ repetition: Repetition, then: Int) throws(GrammarError) -> Int {
        var next = then
        if let most = repetition.most {
            for _ in 0..<max(most - repetition.least, 0) { next = try add(.either([then, try add(part, then: next)])) }
        } else {
            let loop = try add(.either([]))
            states[loop] = .either([then, try add(part, then: loop)])
            next = loop
        }
        for _ in 0..<repetition.least { next = try add(part, then: next) }
        return next
    }

    private func unsupported(_ what: String) -> GrammarError {
        GrammarError(.unsupported(keyword: "pattern", advice: "it has \(what); write it without one"), at: path)
    }

    // MARK: - Reading

    /// The states that need a character next, of those that `kernel` leads to, and whether the text may end.
    func settled(_ kernel: [Int], isStart: Bool) -> (reading: [Int], mayEnd: Bool) {
        let reading = closure(kernel, isStart: isStart, isEnd: false)
        if reading.contains(0) { return ([further], true) }
        let ending = closure(kernel, isStart: isStart, isEnd: true)
        return (reading.filter { if case .characters = states[$0] { true } else { false } }, ending.contains(0))
    }

    private func closure(_ kernel: [Int], isStart: Bool, isEnd: Bool) -> [Int] {
        var seen = Set(kernel), pending = kernel
        while let state = pending.popLast() {
            let next: [Int] =
                switch states[state] {
                case .either(let ways): ways
                case .textStart(let next): isStart ? [next] : []
                case .textEnd(let next): isEnd ? [next] : []
                case .characters, .match: []
                }
            for state in next where seen.insert(state).inserted { pending.append(state) }
        }
        return seen.sorted()
    }
}
