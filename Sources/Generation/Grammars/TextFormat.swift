/// The formats of strings that JSON Schema names, as patterns of all strings that have them, or of their plain majority where all would
/// take too many words (a URI with a user and a port, a quoted mailbox).
enum TextFormat {
    static func pattern(named name: String) -> String? { patterns[name].map { "^(?:\($0))$" } }

    /// Formats of JSON Schema that are not followed; names beyond these say nothing about which strings are valid.
    static let unsupported: Set<String> = [
        "idn-email", "idn-hostname", "uri-reference", "iri", "iri-reference", "uri-template", "json-pointer", "relative-json-pointer",
        "regex",
    ]

    private static let patterns: [String: String] = [
        "date": date, "time": time, "date-time": "(?:\(date))T\(time)", "duration": duration,
        "uuid": "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
        "email": "[A-Za-z0-9_+-]{1,32}(?:\\.[A-Za-z0-9_+-]{1,32}){0,3}@(?:\(label)\\.){1,4}[A-Za-z]{2,24}",
        "hostname": "(?:\(label)\\.){0,4}\(label)",
        "ipv4": ipv4, "ipv6": ipv6,
        "uri": "[a-z][a-z0-9+.-]{0,15}://(?:\(label)\\.){0,4}\(label)(?::[1-9][0-9]{0,3})?(?:/\(pathCharacter)*)*"
            + "(?:\\?(?:\(pathCharacter)|[/?])*)?(?:#(?:\(pathCharacter)|[/?])*)?",
    ]

    /// The days that there are, from the year 1 to 9999.
    private static let date: String = {
        let year = "(?:[1-9]\\d{3}|0[1-9]\\d{2}|00[1-9]\\d|000[1-9])"
        let long = "(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])", short = "(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)"
        let twentieths = "0[48]|[2468][048]|[13579][26]"
        return "\(year)-(?:\(long)|\(short)|02-(?:0[1-9]|1\\d|2[0-8]))|(?:\\d\\d(?:\(twentieths))|(?:\(twentieths))00)-02-29"
    }()
    /// With seconds and a zone (RFC 3339).
    private static let time = "(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)"
    /// Weeks, or years to seconds of which the one in the middle may not be left out alone (RFC 3339, appendix A).
    private static let duration: String = {
        let number = "\\d{1,9}"
        let clock = "T(?:\(number)H(?:\(number)M(?:\(number)S)?)?|\(number)M(?:\(number)S)?|\(number)S)"
        let days = "(?:\(number)Y(?:\(number)M(?:\(number)D)?)?|\(number)M(?:\(number)D)?|\(number)D)"
        return "P(?:\(days)(?:\(clock))?|\(clock)|\(number)W)"
    }()
    private static let label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?"
    private static let byte = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)"
    private static let ipv4 = "(?:\(byte)\\.){3}\(byte)"
    /// Without embedded IPv4 addresses.
    private static let ipv6: String = {
        let group = "[0-9a-fA-F]{1,4}"
        let shortened = (0...7).map { before in
            let start = before == 0 ? ":" : "(?:\(group):){\(before)}"
            return before == 7 ? "\(start):" : "\(start)(?::\(group)){1,\(7 - before)}"
        }
        return (["(?:\(group):){7}\(group)", "::"] + shortened + (1...6).map { "(?:\(group):){\($0)}:" }).joined(separator: "|")
    }()
    private static let pathCharacter = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
}
