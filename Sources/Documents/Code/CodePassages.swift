/// Code in passages: one for each function or method, with the comments above it, and others for what stands between them.
struct CodePassages {
    private(set) var passages: [TextPassage] = []

    private let bytes: [UInt8]
    private let structure: CodeStructure
    private let language: CodeLanguage
    private let settings: SplitSettings
    private let tokens: TokenCount

    init(_ bytes: [UInt8], language: CodeLanguage, settings: SplitSettings, tokens: @escaping TokenCount) {
        self.bytes = bytes
        self.language = language
        self.settings = settings
        self.tokens = tokens
        structure = CodeStructure(bytes, language: language)
        if structure.isBalanced {
            read(structure.lines.indices, titles: [])
        } else {
            add(structure.lines.indices, titles: [])
        }
    }

    /// Reads lines whose outermost statements are nested alike.
    private mutating func read(_ rows: Range<Int>, titles: [String]) {
        let lines = structure.lines
        guard let depth = rows.lazy.filter({ lines[$0].isStart }).map({ lines[$0].depth }).min() else {
            return add(rows, titles: titles)
        }
        var plainStart = rows.lowerBound
        for statement in statements(in: rows, depth: depth) where hasBody(statement, depth: depth) {
            add(plainStart..<statement.lead, titles: titles)
            plainStart = statement.rows.upperBound
            let title = self.title(of: statement.rows.lowerBound)
            if isContainer(title) {
                let body = bodyStart(of: statement, depth: depth)
                add(statement.lead..<body, titles: titles)
                read(body..<statement.rows.upperBound, titles: titles + [title])
            } else {
                add(statement.lead..<statement.rows.upperBound, titles: titles + [title])
            }
        }
        add(plainStart..<rows.upperBound, titles: titles)
    }

    private struct Statement {
        /// The first row of the comments and attributes right above it.
        let lead: Int
        let rows: Range<Int>
    }

    /// The statements at one depth: from where one begins to where the next one's comments do.
    private func statements(in rows: Range<Int>, depth: Int) -> [Statement] {
        let lines = structure.lines
        let starts = rows.filter { lines[$0].isStart && lines[$0].depth == depth && !lines[$0].isLead }
        var leads: [Int] = []
        for start in starts {
            var lead = start
            while lead > max(rows.lowerBound, leads.last ?? 0), lines[lead - 1].isLead, !starts.contains(ordered: lead - 1) { lead -= 1 }
            leads.append(lead)
        }
        return starts.indices.map {
            Statement(lead: leads[$0], rows: starts[$0]..<($0 + 1 < leads.count ? leads[$0 + 1] : rows.upperBound))
        }
    }

    /// Whether lines of a statement lie deeper than its first.
    private func hasBody(_ statement: Statement, depth: Int) -> Bool {
        statement.rows.dropFirst().contains { structure.lines[$0].depth > depth && !structure.lines[$0].isEmpty }
    }

    private func bodyStart(of statement: Statement, depth: Int) -> Int {
        statement.rows.dropFirst().first { structure.lines[$0].depth > depth && structure.lines[$0].isStart } ?? statement.rows.upperBound
    }

    /// The first line of a declaration without what opens its body.
    private func title(of row: Int) -> String {
        let line = bytes[structure.lines[row].range].trimmed.trimmedEnd { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: ":") || $0.isSpace }
        return String(decoding: line, as: UTF8.self)
    }

    private func isContainer(_ title: String) -> Bool {
        title.split(whereSeparator: { !$0.isLetter && $0 != "_" }).prefix(6).contains { language.containers.contains(String($0)) }
            && !title.contains("class func") && !title.contains("class var")
    }

    /// Adds lines as one passage, in as many blocks as that takes; nothing for lines without a letter or digit.
    private mutating func add(_ rows: Range<Int>, titles: [String]) {
        guard !rows.isEmpty else { return }
        let lines = structure.lines, range = lines[rows.lowerBound].range.lowerBound..<lines[rows.upperBound - 1].range.upperBound
        guard bytes[range].contains(where: \.isWordByte) else { return }
        let text = bytes[range].trimmedEnd(\.isSpace).indices
        guard tokens(bytes[text]) > settings.limit else {
            passages.append(TextPassage(range: text, titles: titles, blocks: [text]))
            return
        }
        // A piece that is too long by itself is split like text.
        let splitter = TextSplitter(bytes, limit: settings.limit, tokens: tokens)
        let pieces = CodePieces.split(structure, rows: rows).flatMap(splitter.split)
        let costs = pieces.map { tokens(bytes[$0]) }
        let blocks = settings.window.blocks(costs, limit: settings.limit).map {
            pieces[$0.lowerBound].lowerBound..<pieces[$0.upperBound - 1].upperBound
        }
        passages.append(TextPassage(range: text, titles: titles, blocks: blocks))
    }
}

extension [Int] {
    /// Whether an ascending array has `value`.
    fileprivate func contains(ordered value: Int) -> Bool {
        let place = partitionPoint { $0 < value }
        return place < count && self[place] == value
    }
}
