/// A statement of a template: a piece of text, or a tag with what belongs to it.
struct TemplateStatement: Sendable {
    indirect enum Kind: Sendable {
        case text(TracedText)
        case output(TemplateExpression)
        /// The branches in turn, and what follows `else`.
        case choice([TemplateBranch], otherwise: [TemplateStatement])
        case loop(TemplateLoop)
        case set(TemplateTarget, TemplateExpression)
        /// A variable set to what a block writes, through filters.
        case setBlock(TemplateTarget, [TemplateFilter], [TemplateStatement])
        case macro(TemplateMacro)
        /// A call whose macro may call the block by the name `caller`.
        case callBlock(TemplateExpression, TemplateMacro)
        case filterBlock([TemplateFilter], [TemplateStatement])
        /// Variables that hold inside the block only; none for a block that is only a scope.
        case scope([(TemplateTarget, TemplateExpression)], [TemplateStatement])
        case leave(TemplateLeave)
    }

    let kind: Kind
    let line: Int
}

enum TemplateLeave: String, Sendable {
    case loop = "break"
    case iteration = "continue"
}

struct TemplateBranch: Sendable {
    let condition: TemplateExpression
    let body: [TemplateStatement]
}

struct TemplateLoop: Sendable {
    let target: TemplateTarget
    let elements: TemplateExpression
    /// Which elements take part.
    let condition: TemplateExpression?
    let body: [TemplateStatement]
    /// What is done where there is none.
    let otherwise: [TemplateStatement]
}

struct TemplateMacro: Sendable {
    struct Parameter: Sendable {
        let name: String
        let standard: TemplateExpression?
    }

    let name: String
    let parameters: [Parameter]
    let body: [TemplateStatement]
    /// Which of `varargs`, `kwargs` and `caller` the body names: it takes such arguments only then.
    let extras: Set<String>
}

struct TemplateFilter: Sendable {
    let name: String
    let arguments: TemplateArguments
    let line: Int
}

/// What an assignment sets.
indirect enum TemplateTarget: Sendable {
    case name(String)
    /// A member of a namespace.
    case member(of: String, String)
    case tuple([TemplateTarget])
}

struct TemplateArguments: Sendable {
    var positional: [TemplateExpression] = []
    var named: [(name: String, value: TemplateExpression)] = []
    /// `*list` and `**mapping`
    var rest: TemplateExpression?
    var namedRest: TemplateExpression?
}

/// An expression of a template.
struct TemplateExpression: Sendable {
    indirect enum Kind: Sendable {
        case constant(TemplateValue)
        case name(String)
        /// `.name`, which prefers methods to entries.
        case member(TemplateExpression, String)
        /// `[key]`, which prefers entries.
        case item(TemplateExpression, TemplateExpression)
        case slice(TemplateExpression, start: TemplateExpression?, end: TemplateExpression?, step: TemplateExpression?)
        case call(TemplateExpression, TemplateArguments)
        case filter(TemplateExpression, TemplateFilter)
        case test(TemplateExpression, TemplateFilter)
        case negative(TemplateExpression)
        case positive(TemplateExpression)
        case not(TemplateExpression)
        case and([TemplateExpression])
        case or([TemplateExpression])
        case comparison(TemplateExpression, [(TemplateComparison, TemplateExpression)])
        case arithmetic(TemplateExpression, [(TemplateOperator, TemplateExpression)])
        /// `~`
        case joined([TemplateExpression])
        case conditional(TemplateExpression, condition: TemplateExpression, otherwise: TemplateExpression?)
        case list([TemplateExpression])
        case tuple([TemplateExpression])
        case mapping([(TemplateExpression, TemplateExpression)])
    }

    let kind: Kind
    let line: Int
}

enum TemplateComparison: String, Sendable {
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case contained = "in"
    case notContained = "not in"
}

enum TemplateOperator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case divideWhole = "//"
    case remainder = "%"
    case power = "**"
}
