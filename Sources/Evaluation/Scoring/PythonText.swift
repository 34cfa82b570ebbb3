/// Texts as Python writes them within lists and tuples.
enum PythonText {
    static func quoted(_ text: String) -> String {
        let quote: Unicode.Scalar = text.contains("'") && !text.contains("\"") ? "\"" : "'"
        let body = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\", quote: "\\" + String(Character(scalar))
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            default: String(Character(scalar))
            }
        }
        return String(Character(quote)) + body.joined() + String(Character(quote))
    }
}
