/// A word of a template.
struct TemplateToken: Sendable {
    enum Kind: Sendable, Equatable {
        /// What is written as it stands.
        case text(String)
        /// `{%` and `%}`
        case blockBegin, blockEnd
        /// `{{` and `}}`
        case outputBegin, outputEnd
        case name(String)
        case string(String)
        case integer(Int)
        case number(Double)
        case symbol(String)
        case end
    }

    let kind: Kind
    /// From 1.
    let line: Int
}

extension TemplateToken.Kind: CustomStringConvertible {
    /// For messages.
    var description: String {
        switch self {
        case .text: "text"
        case .blockBegin: "\"{%\""
        case .blockEnd: "the end of the tag"
        case .outputBegin: "\"{{\""
        case .outputEnd: "the end of the expression"
        case .name(let name): "\"\(name)\""
        case .string: "a string"
        case .integer, .number: "a number"
        case .symbol(let symbol): "\"\(symbol)\""
        case .end: "the end of the template"
        }
    }
}
