/// The lines of a program, each with how deep it is nested and whether a statement begins on it.
struct CodeStructure {
    struct Line {
        /// In the text, with what ends the line.
        let range: Range<Int>
        /// Blocks around its beginning.
        let depth: Int
        /// Whether a statement or declaration begins here: code that goes on from the line before, or only closes a block, does not.
        let isStart: Bool
        /// Whether nothing but a comment, or an attribute of what follows, stands here.
        let isLead: Bool
        /// Whether nothing stands here.
        let isEmpty: Bool
    }

    private(set) var lines: [Line] = []
    /// Whether all brackets, strings and comments that are opened are closed; without that nothing else here means much.
    let isBalanced: Bool
    let kinds: [CodeScanner.Kind]

    init(_ bytes: [UInt8], language: CodeLanguage) {
        let scan = CodeScanner(bytes, language: language)
        kinds = scan.kinds
        var brackets = Brackets(), indentation = Indentation(), start = 0
        while start < bytes.count {
            let end = (bytes[start...].firstIndex(of: 0x0A) ?? bytes.count - 1) + 1
            let first = bytes[start..<end].firstIndex { !$0.isSpace }
            let isCode = first.map { scan.kinds[$0] != .comment && (start == 0 || !Self.isWithin(scan.kinds, start)) } ?? false
            let goesOn = brackets.groups > 0 || first.map { Self.continues(bytes, at: $0) } ?? true
            var depth = brackets.braces
            if language.isIndented, let first {
                depth = isCode && !goesOn ? indentation.depth(of: first - start) : indentation.depths - 1
            }
            lines.append(
                Line(
                    range: start..<end, depth: depth, isStart: isCode && !goesOn,
                    isLead: first.map { scan.kinds[$0] == .comment || bytes[$0] == UInt8(ascii: "@") } ?? false, isEmpty: first == nil))
            brackets.read(bytes, scan.kinds, start..<end, countsBraces: !language.isIndented)
            start = end
        }
        isBalanced = scan.isBalanced && brackets.isBalanced
    }

    /// Whether the line at `start` begins in the middle of a string or comment.
    private static func isWithin(_ kinds: [CodeScanner.Kind], _ start: Int) -> Bool {
        kinds[start - 1] != .code && kinds[start] == kinds[start - 1] && kinds[start] == .string
    }

    /// Whether code that begins so belongs to the line before: a closing bracket, an operator, a call in a chain.
    private static func continues(_ bytes: [UInt8], at offset: Int) -> Bool {
        switch bytes[offset] {
        case UInt8(ascii: "}"), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "."), UInt8(ascii: ","),
            UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "="), UInt8(ascii: "+"),
            UInt8(ascii: ";"):
            return true
        default: return false
        }
    }
}

/// Brackets that are open.
private struct Brackets {
    private var open: [UInt8] = []
    private var isBroken = false
    /// Braces, which make blocks, and the others, which group.
    private(set) var braces = 0
    private(set) var groups = 0

    var isBalanced: Bool { open.isEmpty && !isBroken }

    mutating func read(_ bytes: [UInt8], _ kinds: [CodeScanner.Kind], _ range: Range<Int>, countsBraces: Bool) {
        for offset in range where kinds[offset] == .code {
            switch bytes[offset] {
            case UInt8(ascii: "{"): push(UInt8(ascii: "}"), isBlock: countsBraces)
            case UInt8(ascii: "("): push(UInt8(ascii: ")"), isBlock: false)
            case UInt8(ascii: "["): push(UInt8(ascii: "]"), isBlock: false)
            case UInt8(ascii: "}"): pop(bytes[offset], isBlock: countsBraces)
            case UInt8(ascii: ")"), UInt8(ascii: "]"): pop(bytes[offset], isBlock: false)
            default: break
            }
        }
    }

    private mutating func push(_ closing: UInt8, isBlock: Bool) {
        open.append(closing)
        if isBlock { braces += 1 } else { groups += 1 }
    }

    private mutating func pop(_ closing: UInt8, isBlock: Bool) {
        guard open.popLast() == closing else {
            isBroken = true
            return
        }
        if isBlock { braces -= 1 } else { groups -= 1 }
    }
}

/// Blocks by indentation.
private struct Indentation {
    private var columns = [0]

    var depths: Int { columns.count }

    /// How deep a statement at a column is nested.
    mutating func depth(of column: Int) -> Int {
        while let last = columns.last, column < last { columns.removeLast() }
        if let last = columns.last, column > last { columns.append(column) }
        return columns.count - 1
    }
}
