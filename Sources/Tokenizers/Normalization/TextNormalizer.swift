/// One step of normalisation.
protocol TextNormalizer: RewritingStep, Sendable {
    func normalize(_ text: NormalizedText) -> NormalizedText
}

/// Writes text in a Unicode form.
struct FormNormalizer: TextNormalizer {
    let form: UnicodeForm

    func normalize(_ text: NormalizedText) -> NormalizedText {
        text.normalized(to: form)
    }
}

/// Writes small letters for capital ones, character by character.
struct LowercaseNormalizer: TextNormalizer {
    func normalize(_ text: NormalizedText) -> NormalizedText {
        text.rewritten { unit in
            if unit.scalar < 0x80 {
                return (0x41...0x5a).contains(unit.scalar) ? .character(unit.scalar | 0x20) : .unchanged
            }
            guard let properties = Unicode.Scalar(unit.scalar)?.properties, properties.changesWhenLowercased else { return .unchanged }
            return .characters(properties.lowercaseMapping.unicodeScalars)
        }
    }
}

/// Leaves out combining marks. Accents that are part of a character stay, unless `FormNormalizer` took them apart before.
struct AccentNormalizer: TextNormalizer {
    func normalize(_ text: NormalizedText) -> NormalizedText {
        let classes = CharacterClasses.unicode
        return text.rewritten { classes[$0.scalar].contains(.mark) ? .nothing : .unchanged }
    }
}

/// What is written for one character.
enum CharacterReplacement {
    case unchanged
    case nothing
    case character(UInt32)
    case characters(String.UnicodeScalarView)
}

extension NormalizedText {
    /// The text with some of its characters replaced; bytes that are no UTF-8 come as units of their own.
    @inline(__always)
    func rewritten(_ replacement: (UTF8Unit) -> CharacterReplacement) -> NormalizedText {
        var output = NormalizedText(rewriting: self)
        /// Where the characters begin that are still to be copied.
        var pending = 0
        var index = 0
        while index < count {
            let unit = UTF8Unit(bytes, at: index, limit: count)
            let change = replacement(unit)
            let next = index + unit.length
            if case .unchanged = change {
                index = next
                continue
            }
            output.append(pending..<index, of: self)
            output.append(change, sourceEnd: sourceEnd(at: next))
            pending = next
            index = next
        }
        output.append(pending..<count, of: self)
        return output
    }

    private mutating func append(_ change: CharacterReplacement, sourceEnd: Int) {
        switch change {
        case .unchanged, .nothing: break
        case .character(let number):
            if let scalar = Unicode.Scalar(number) { append(scalar, sourceEnd: sourceEnd) }
        case .characters(let scalars):
            for scalar in scalars { append(scalar, sourceEnd: sourceEnd) }
        }
    }
}
