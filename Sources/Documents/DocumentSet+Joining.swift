extension DocumentSet {
    /// One text that is no file.
    ///
    /// - Throws: `DocumentError` for an empty text.
    public init(text: String, name: String) throws {
        self.init([try PlainText(Array(text.utf8), name: name)])
    }

    /// The documents of a saved reading, whose texts were checked when they were read.
    ///
    /// - Parameter members: names and offsets with the texts' bytes; their ranges are laid out anew.
    package init(saved members: [(member: Member, bytes: [UInt8])]) {
        var joined: [UInt8] = []
        self.members = members.map { saved in
            if !joined.isEmpty { joined += Self.blankLine }
            let start = joined.count
            joined += saved.bytes
            return Member(
                name: saved.member.name, range: start..<joined.count, sourceOffset: saved.member.sourceOffset,
                fingerprint: saved.member.fingerprint)
        }
        bytes = joined
    }

    /// These documents with others behind them, separated as all are.
    package func appending(_ more: DocumentSet) -> DocumentSet {
        DocumentSet(saved: (members.map { ($0, Array(bytes[$0.range])) }) + more.members.map { ($0, Array(more.bytes[$0.range])) })
    }

    /// The documents in a word or two, for progress: the file's name, or how many there are.
    package var summary: String {
        let names = Set(members.map(\.name))
        return names.count == 1 ? (names.first ?? "") : "\(names.count) files"
    }
}
