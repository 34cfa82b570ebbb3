/// Numbers as Python's `float` reads them.
enum PythonNumber {
    /// - Returns: nil for what is no number.
    static func float(_ text: CodePoints) -> Double? {
        var characters: [Character] = [], text = text.stripped[...]
        if let sign = text.first, sign == "+" || sign == "-" {
            characters.append(Character(sign))
            text = text.dropFirst()
        }
        let word = String(text).lowercased()
        if ["inf", "infinity"].contains(word) { return characters == ["-"] ? -.infinity : .infinity }
        if word == "nan" { return .nan }
        for (place, scalar) in zip(text.indices, text) {
            if scalar.isDecimalDigit, let value = scalar.properties.numericValue {
                characters.append(Character(String(Int(value))))
            } else if scalar == "_" {
                guard place > text.startIndex, place + 1 < text.endIndex, text[place - 1].isDecimalDigit, text[place + 1].isDecimalDigit
                else { return nil }
            } else if [".", "e", "E", "+", "-"].contains(scalar) {
                characters.append(Character(scalar))
            } else {
                return nil
            }
        }
        // Swift reads no number that begins or ends with its point.
        var number = String(characters)
        if number.hasSuffix(".") { number += "0" }
        number = number.replacing(".e", with: ".0e").replacing(".E", with: ".0E")
        if let point = number.firstIndex(of: "."), number[..<point].allSatisfy({ $0 == "+" || $0 == "-" }) {
            guard number[point...].dropFirst() != "0" || text.count > 1 else { return nil }
            number.insert("0", at: point)
        }
        return Double(number)
    }
}
