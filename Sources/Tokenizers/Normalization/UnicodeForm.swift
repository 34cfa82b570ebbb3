/// The four ways to write the same characters (Unicode Standard Annex 15).
enum UnicodeForm: String, Sendable, CaseIterable {
    case nfc = "NFC"
    case nfd = "NFD"
    case nfkc = "NFKC"
    case nfkd = "NFKD"

    var composes: Bool { self == .nfc || self == .nfkc }
    var takesCompatiblyApart: Bool { self == .nfkc || self == .nfkd }
}

extension NormalizedText {
    /// The text in a Unicode form, in O(n log n) at worst. Bytes that are no UTF-8 stay as they are.
    func normalized(to form: UnicodeForm) -> NormalizedText {
        var rewriter = FormRewriter(form, output: NormalizedText(rewriting: self))
        var index = 0
        while index < count {
            let plainEnd = endOfPlainBytes(from: index)
            if plainEnd > index {
                rewriter.flush()
                rewriter.output.append(index..<plainEnd, of: self)
                index = plainEnd
                continue
            }
            let unit = UTF8Unit(bytes, at: index, limit: count)
            if unit.scalar == UTF8Unit.illFormed {
                rewriter.flush()
                rewriter.output.append(index..<index + 1, of: self)
            } else {
                rewriter.append(unit.scalar, sourceEnd: sourceEnd(at: index + unit.length))
            }
            index += unit.length
        }
        rewriter.flush()
        return rewriter.output
    }

    /// Where ASCII that nothing can change ends: all of a run but its last character, which what follows may combine with.
    private func endOfPlainBytes(from start: Int) -> Int {
        var index = start
        while index < count, bytes[index] < 0x80 { index += 1 }
        return index == count ? index : max(start, index - 1)
    }
}

/// Takes characters one by one and writes them in a form, holding back what later ones can still change.
private struct FormRewriter {
    private struct Held {
        var scalar: UInt32
        let combiningClass: UInt8
        var sourceEnd: Int
    }

    var output: NormalizedText
    private let form: UnicodeForm
    private let data = UnicodeFormData.shared
    /// A character that begins something new and the marks that combine with it.
    private var held: [Held] = []

    init(_ form: UnicodeForm, output: NormalizedText) {
        self.form = form
        self.output = output
    }

    mutating func append(_ scalar: UInt32, sourceEnd: Int) {
        data.forEachPart(of: scalar, compatibly: form.takesCompatiblyApart) { part in
            hold(Held(scalar: part, combiningClass: data.combiningClass(part), sourceEnd: sourceEnd))
        }
    }

    private mutating func hold(_ character: Held) {
        if character.combiningClass == 0, !held.isEmpty {
            settle()
            // Two that begin something new are joined where nothing stands between them.
            if form.composes, held.count == 1, held[0].combiningClass == 0,
                let whole = data.compose(held[0].scalar, character.scalar)
            {
                held[0] = Held(scalar: whole, combiningClass: 0, sourceEnd: character.sourceEnd)
                return
            }
            write()
        }
        held.append(character)
    }

    /// Finishes and writes what is held back.
    mutating func flush() {
        settle()
        write()
    }

    private mutating func write() {
        var end = output.sourceEnd(at: output.count)
        for character in held {
            end = max(end, character.sourceEnd)
            if let scalar = Unicode.Scalar(character.scalar) { output.append(scalar, sourceEnd: end) }
        }
        held.removeAll(keepingCapacity: true)
    }

    /// Puts marks in the order of their classes and, where the form composes, joins them with what they follow.
    private mutating func settle() {
        guard held.count > 1 else { return }
        if zip(held, held.dropFirst()).contains(where: { $0.combiningClass > $1.combiningClass }) {
            // Marks of one class keep their order.
            held = held.enumerated().sorted { ($0.element.combiningClass, $0.offset) < ($1.element.combiningClass, $1.offset) }
                .map(\.element)
        }
        if form.composes, held[0].combiningClass == 0 { composeMarks() }
    }

    /// Joins every mark with the first character unless one of the same class stands between them.
    private mutating func composeMarks() {
        var kept = 1
        var lastClass: UInt8 = 0
        for index in 1..<held.count {
            let mark = held[index]
            if mark.combiningClass > lastClass, let whole = data.compose(held[0].scalar, mark.scalar) {
                held[0].scalar = whole
                held[0].sourceEnd = max(held[0].sourceEnd, mark.sourceEnd)
            } else {
                lastClass = mark.combiningClass
                held[kept] = mark
                kept += 1
            }
        }
        held.removeSubrange(kept...)
    }
}
