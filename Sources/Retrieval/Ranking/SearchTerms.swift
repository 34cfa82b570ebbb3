/// The terms of a text as a search engine counts them: runs of letters and digits in small letters, apostrophes inside words kept, every
/// ideograph a word of its own.
package enum SearchTerms {
    package static func terms(of text: String) -> [String] {
        var terms: [String] = [], term = "", pendingApostrophe = false
        func isPart(_ scalar: Unicode.Scalar) -> Bool {
            if scalar.isASCII { return asciiWord[Int(scalar.value)] }
            return scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar.properties.generalCategory.isMark
        }
        func end() {
            if !term.isEmpty { terms.append(term.lowercased()) }
            (term, pendingApostrophe) = ("", false)
        }
        for scalar in text.unicodeScalars {
            if !scalar.isASCII, scalar.properties.isIdeographic {
                end()
                terms.append(String(scalar))
            } else if isPart(scalar) {
                if pendingApostrophe { term.unicodeScalars.append("'") }
                pendingApostrophe = false
                term.unicodeScalars.append(scalar)
            } else if scalar == "'" || scalar == "\u{2019}", !term.isEmpty, !pendingApostrophe {
                pendingApostrophe = true
            } else {
                end()
            }
        }
        end()
        return terms
    }

    /// Which ASCII characters are parts of words.
    private static let asciiWord = (0..<128).map { code in
        Character(Unicode.Scalar(UInt8(code))).isLetter || Character(Unicode.Scalar(UInt8(code))).isNumber
    }
}

extension Unicode.GeneralCategory {
    fileprivate var isMark: Bool { self == .nonspacingMark || self == .spacingMark }
}
