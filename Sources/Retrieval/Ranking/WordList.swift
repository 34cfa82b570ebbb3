/// The words of a text as a search engine counts them: runs of letters and digits in small letters, apostrophes inside words kept, every
/// ideograph a word of its own.
package enum WordList {
    package static func words(of text: String) -> [String] {
        var words: [String] = [], word = "", pendingApostrophe = false
        func isPart(_ scalar: Unicode.Scalar) -> Bool {
            if scalar.isASCII { return asciiWord[Int(scalar.value)] }
            return scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar.properties.generalCategory.isMark
        }
        func end() {
            if !word.isEmpty { words.append(word.lowercased()) }
            (word, pendingApostrophe) = ("", false)
        }
        for scalar in text.unicodeScalars {
            if !scalar.isASCII, scalar.properties.isIdeographic {
                end()
                words.append(String(scalar))
            } else if isPart(scalar) {
                if pendingApostrophe { word.unicodeScalars.append("'") }
                pendingApostrophe = false
                word.unicodeScalars.append(scalar)
            } else if scalar == "'" || scalar == "\u{2019}", !word.isEmpty, !pendingApostrophe {
                pendingApostrophe = true
            } else {
                end()
            }
        }
        end()
        return words
    }

    /// Which ASCII characters are parts of words.
    private static let asciiWord = (0..<128).map { code in
        Character(Unicode.Scalar(UInt8(code))).isLetter || Character(Unicode.Scalar(UInt8(code))).isNumber
    }
}

extension Unicode.GeneralCategory {
    fileprivate var isMark: Bool { self == .nonspacingMark || self == .spacingMark }
}
