/// The general categories of Unicode, in the order of the table.
enum GeneralCategory: UInt8, CaseIterable, Sendable {
    case cn, cc, cf, co, cs, lu, ll, lt, lm, lo, mn, mc, me, nd, nl, no, pc, pd, ps, pe, pi, pf, po, sm, sc, sk, so, zs, zl, zp

    /// The characters of the categories whose short names begin with `prefix`, such as "l" or "lu".
    static func characters(prefix: String) -> ScalarSet? {
        let wanted = Set(allCases.filter { "\($0)".hasPrefix(prefix) }.map(\.rawValue))
        return wanted.isEmpty ? nil : ScalarSet(runs(of: boundaries, shift: 6) { wanted.contains(UInt8($0 & 31)) })
    }

    /// The characters of words: `\w`.
    static let wordCharacters = ScalarSet(runs(of: boundaries, shift: 6) { $0 & 32 != 0 })

    /// The names that are longer than the short ones.
    static let longNames: [String: String] = [
        "other": "c", "unassigned": "cn", "control": "cc", "cntrl": "cc", "format": "cf", "privateuse": "co", "surrogate": "cs",
        "letter": "l", "uppercaseletter": "lu", "lowercaseletter": "ll", "titlecaseletter": "lt", "modifierletter": "lm",
        "otherletter": "lo", "mark": "m", "combiningmark": "m", "nonspacingmark": "mn", "spacingmark": "mc", "enclosingmark": "me",
        "number": "n", "decimalnumber": "nd", "digit": "nd", "letternumber": "nl", "othernumber": "no", "punctuation": "p",
        "punct": "p", "connectorpunctuation": "pc", "dashpunctuation": "pd", "openpunctuation": "ps", "closepunctuation": "pe",
        "initialpunctuation": "pi", "finalpunctuation": "pf", "otherpunctuation": "po", "symbol": "s", "mathsymbol": "sm",
        "currencysymbol": "sc", "modifiersymbol": "sk", "othersymbol": "so", "separator": "z", "spaceseparator": "zs",
        "lineseparator": "zl", "paragraphseparator": "zp",
    ]
}

/// The scripts of Unicode.
enum UnicodeScript {
    /// The characters of a script by its long or its four-letter name, in small letters.
    static func characters(named name: String) -> ScalarSet? {
        guard let place = names.firstIndex(where: { $0.split(separator: " ").contains { $0 == name } }) else { return nil }
        return ScalarSet(runs(of: boundaries, shift: 8) { $0 & 0xff == UInt32(place + 1) })
    }
}

/// The runs of a table that are wanted. Each entry holds the first character of a run above `shift` bits that say what it is.
private func runs(of boundaries: [UInt32], shift: UInt32, where isWanted: (UInt32) -> Bool) -> [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    for (place, boundary) in boundaries.enumerated() where isWanted(boundary) {
        let end = place + 1 < boundaries.count ? boundaries[place + 1] >> shift : 0x110000
        result.append(boundary >> shift...end - 1)
    }
    return result
}
