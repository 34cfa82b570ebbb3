/// The programming languages whose declarations and statements are known.
package enum CodeLanguage: String, CaseIterable, Hashable, Sendable {
    case swift
    case python
    case c
    case cpp
    case go
    case javascript
    case typescript
    case java

    /// By the end of a file's name, in small letters and without the dot.
    package init?(fileEnding: String) {
        switch fileEnding {
        case "swift": self = .swift
        case "py", "pyi": self = .python
        case "c", "h": self = .c
        case "cc", "cpp", "cxx", "hh", "hpp", "hxx": self = .cpp
        case "go": self = .go
        case "js", "jsx", "mjs", "cjs": self = .javascript
        case "ts", "tsx", "mts", "cts": self = .typescript
        case "java": self = .java
        default: return nil
        }
    }

    /// Whether blocks are made by indentation rather than braces.
    var isIndented: Bool { self == .python }

    var lineComment: [UInt8] { Array((self == .python ? "#" : "//").utf8) }

    var hasBlockComments: Bool { self != .python }

    /// Whether comments between /* and */ may stand in one another.
    var nestsComments: Bool { self == .swift }

    /// Whether lines that begin with # speak to a preprocessor.
    var hasPreprocessor: Bool { self == .c || self == .cpp }

    var hasTemplateStrings: Bool { self == .javascript || self == .typescript }

    /// Words that declare what holds further declarations.
    var containers: Set<String> {
        switch self {
        case .swift: ["class", "struct", "enum", "extension", "protocol", "actor"]
        case .python: ["class"]
        case .c: []
        case .cpp: ["class", "struct", "namespace", "union"]
        case .go: []
        case .javascript: ["class"]
        case .typescript: ["class", "namespace", "interface"]
        case .java: ["class", "interface", "enum", "record"]
        }
    }
}
