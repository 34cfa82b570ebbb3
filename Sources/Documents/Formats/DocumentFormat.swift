/// What kind of file a document is, as the end of its name says; it decides how text is taken out and where that is split.
package enum DocumentFormat: Hashable, Sendable {
    case plain
    case markdown
    case html
    case pdf
    case code(CodeLanguage)

    /// The format of a file by its name; nil for endings that are not known to hold text.
    package init?(path: String) {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return nil }
        let ending = name[name.index(after: dot)...].lowercased()
        switch ending {
        case "txt", "text", "rst", "adoc", "tex", "log", "csv", "tsv": self = .plain
        case "md", "markdown", "mdx": self = .markdown
        case "html", "htm", "xhtml": self = .html
        case "pdf": self = .pdf
        default:
            guard let language = CodeLanguage(fileEnding: ending) else { return nil }
            self = .code(language)
        }
    }

    /// A word for the format, stable across versions.
    package var name: String {
        switch self {
        case .plain: "text"
        case .markdown: "markdown"
        case .html: "html"
        case .pdf: "pdf"
        case .code(let language): language.rawValue
        }
    }
}
