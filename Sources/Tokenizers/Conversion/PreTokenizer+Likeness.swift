extension PreTokenizer {
    /// The name of a rule that cuts text into the same words as another.
    /// - Parameters:
    ///   - name: is taken where several names mean the same.
    ///   - takesWholeWords: whether a word that is a piece is taken as it is, which decides between rules that cut alike.
    /// - Returns: nil where no rule cuts like it.
    static func name(ofRuleCuttingLike other: PreTokenizer, takesWholeWords: Bool, preferring name: String) -> String? {
        let words = other.sampleWords
        let alike = all.filter { $0.sampleWords == words }
        let same = alike.filter { $0.takesWholeWords == takesWholeWords }
        return (same.first { $0.names.contains(name) }.map { _ in name }) ?? (same.first ?? alike.first)?.names.first
    }

    private var sampleWords: [Range<Int>] {
        let text = Array(Self.sample.utf8)
        var words: [Range<Int>] = []
        forEachWord(in: ClassifiedText(text, text.indices)) { words.append($0) }
        return words
    }

    /// A text that every two rules that differ cut differently: contractions, numbers of all lengths and scripts, white space of all
    /// kinds in all places, letters with and without cases, marks, symbols, and text without spaces.
    static let sample = """
        Hello World! I'm sure we'll see they'VE gone; it'S DON'T'd 'tis x's y'ſ o'Reilly's.
        1 22 333 4444 55555 1234567 3a4b5 a1b2 v1.2.30 ½ x² ³ ٣٤٥٦٧ १२३४ Ⅷ 1,000,000.00 -5 +6 $7 %8

          two  spaces   three   42  \n  7\t\ttabs \t mixed \n \n\n \r\n\r\n   line \u{a0}\u{a0}fixed\u{3000}wide \u{2009}thin
        中文字符，测试。第12345章 日本語テスト、カタカナーひらがな 한국어 문장 русский ТЕКСТ Ελληνικά עברית العربية हिन्दी नमस्ते ไทย ქართული
        CamelCaseHTTPServer iPhone McDONALD ǅ ʰa ªº ßẞ İı naïve x\u{301}y Ａｗｉｄｅ！～ …—–‘’“” a\u{200b}b\u{200d}c 🙂👩‍👧🇩🇪
        if (x==y){ return z[0]; } // ??? !!! ... ''' \"\"\" `` ~~ ^^ || && <tag/> @me #tag a_b_c __init__ /path/file.txt ://x?y=1&z=2\\n
        !word ?Word (paren) "quoted" 'single' *bold* =end\n/\n/x \r \u{85} \u{2028} end  \t
        """
}
