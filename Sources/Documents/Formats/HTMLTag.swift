/// A tag, comment or declaration of HTML, as far as taking text out needs it.
struct HTMLTag {
    /// In small letters; empty for comments and declarations.
    let name: String
    /// Whether it is an opening tag.
    let opens: Bool
    /// The offset behind it.
    let end: Int

    /// What is inside these is not text.
    static let hidden: Set<String> = ["script", "style", "template", "noscript", "svg", "iframe", "object"]
    static let blocks: Set<String> = [
        "address", "article", "aside", "blockquote", "body", "dd", "details", "dialog", "div", "dl", "dt", "fieldset", "figcaption",
        "figure", "footer", "form", "header", "hr", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "ul",
    ]
    static let lines: Set<String> = ["br", "li", "tr", "option", "caption"]
    static let cells: Set<String> = ["td", "th"]

    static func headingLevel(_ name: String) -> Int? {
        if name == "title" { return 1 }
        guard name.utf8.count == 2, name.hasPrefix("h"), let level = name.last?.wholeNumberValue, (1...6).contains(level) else {
            return nil
        }
        return level
    }

    /// Whether the < at `start` begins a tag; in running text it may be just that.
    static func begins(in source: [UInt8], at start: Int) -> Bool {
        guard start + 1 < source.count else { return false }
        switch source[start + 1] {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "/"), UInt8(ascii: "!"),
            UInt8(ascii: "?"):
            return true
        default: return false
        }
    }

    init(in source: [UInt8], at start: Int) {
        if source[start...].starts(with: "<!--".utf8) {
            (name, opens) = ("", false)
            end = Self.end(of: "-->", in: source, from: start + 4)
            return
        }
        var position = start + 1
        opens = source[position] != UInt8(ascii: "/")
        if !opens { position += 1 }
        let nameEnd = source[position...].firstIndex { !$0.isWordByte && $0 != UInt8(ascii: "-") } ?? source.count
        name = String(decoding: source[position..<nameEnd], as: UTF8.self).lowercased()
        position = nameEnd
        var quote: UInt8?
        while position < source.count {
            let byte = source[position]
            position += 1
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'"), source[position - 2] == UInt8(ascii: "=") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                break
            }
        }
        end = position
    }

    /// Where the element that was just opened is closed, behind its closing tag; the end of the page if it never is.
    static func end(ofContentOf name: String, in source: [UInt8], from start: Int) -> Int {
        let name = Array(name.utf8)
        var position = start
        while let next = source[position...].firstIndex(of: UInt8(ascii: "<")) {
            let nameEnd = next + 2 + name.count
            if nameEnd <= source.count, source[next + 1] == UInt8(ascii: "/"),
                zip(source[(next + 2)..<nameEnd], name).allSatisfy({ $0 | 0x20 == $1 })
            {
                return HTMLTag(in: source, at: next).end
            }
            position = next + 1
        }
        return source.count
    }

    private static func end(of mark: String, in source: [UInt8], from start: Int) -> Int {
        let mark = Array(mark.utf8)
        var position = start
        while position + mark.count <= source.count {
            if source[position] == mark[0], source[position..<position + mark.count].elementsEqual(mark) { return position + mark.count }
            position += 1
        }
        return source.count
    }
}

/// A character reference such as `&eacute;` or `&#233;`.
struct HTMLReference {
    let character: Character
    /// In bytes, from the ampersand on.
    let length: Int

    /// Names are looked for within so many bytes.
    private static let longestName = 10

    init?(in source: [UInt8], at start: Int) {
        let window = source[start..<min(source.count, start + Self.longestName + 2)]
        guard let end = window.firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let name = String(decoding: source[(start + 1)..<end], as: UTF8.self)
        guard let character = name.hasPrefix("#") ? Self.numbered(name.dropFirst()) : Self.named[name] else { return nil }
        self.character = character
        length = end + 1 - start
    }

    private static func numbered(_ digits: Substring) -> Character? {
        let isHexadecimal = digits.first == "x" || digits.first == "X"
        guard let number = isHexadecimal ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits), number > 0 else { return nil }
        return Unicode.Scalar(number).map(Character.init)
    }

    private static let named: [String: Character] = {
        var names = others
        for (index, name) in latin.split(separator: " ").enumerated() {
            if let scalar = Unicode.Scalar(UInt32(160 + index)) { names[String(name)] = Character(scalar) }
        }
        return names
    }()

    /// The names of the characters 160 to 255, in their order.
    private static let latin = """
        nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot \
        cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml \
        Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig \
        agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute \
        ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml
        """

    private static let others: [String: Character] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "ndash": "–", "mdash": "—", "hellip": "…", "lsquo": "‘", "rsquo": "’",
        "sbquo": "‚", "ldquo": "“", "rdquo": "”", "bdquo": "„", "bull": "•", "dagger": "†", "Dagger": "‡", "permil": "‰", "prime": "′",
        "euro": "€", "trade": "™", "larr": "←", "uarr": "↑", "rarr": "→", "darr": "↓", "minus": "−", "infin": "∞", "ne": "≠", "le": "≤",
        "ge": "≥", "oelig": "œ", "OElig": "Œ", "scaron": "š", "Scaron": "Š", "ensp": " ", "emsp": " ", "thinsp": " ", "zwnj": "\u{200C}",
    ]
}
