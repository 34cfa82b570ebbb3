import Foundation

/// Numbers as a person reads them. Independent of the locale, so that output is the same everywhere.
enum Formatting {
    /// A whole number in groups of three: "1,234,567".
    static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { grouped += "," }
            grouped.append(digit)
        }
        return value < 0 ? "-" + grouped : grouped
    }

    /// A size in binary units, three digits: "512 bytes", "1.50 KiB", "531 MiB".
    static func bytes(_ value: Int) -> String {
        guard value.magnitude >= 1024 else { return value == 1 ? "1 byte" : "\(value) bytes" }
        return scaled(Double(value), by: 1024, units: ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"])
    }

    /// A large count in short: "494 M", "7.62 B".
    static func short(_ value: Int) -> String {
        guard value.magnitude >= 1000 else { return String(value) }
        return scaled(Double(value), by: 1000, units: ["", "K", "M", "B", "T", "P", "E"])
    }

    /// A time span: "0.42 s", "7.5 s", "52 s", "3 min 05 s", "2 h 07 min", "3 d 04 h".
    static func duration(seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "unknown" }
        if seconds < 1 { return String(format: "%.2f s", seconds) }
        if seconds < 9.95 { return String(format: "%.1f s", seconds) }
        let whole = Int(seconds.rounded())
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return pair(whole / 60, "min", whole % 60, "s")
        case ..<86_400: return pair(whole / 3600, "h", whole % 3600 / 60, "min")
        default: return pair(whole / 86_400, "d", whole % 86_400 / 3600, "h")
        }
    }

    /// Units in a second: "0.52 tokens/s", "31.4 tokens/s", "12,345 tokens/s".
    static func rate(_ value: Double, unit: String) -> String {
        guard value.isFinite, value >= 0, value < 1e15 else { return "unknown" }
        if value < 9.995 { return String(format: "%.2f %@/s", value, unit as NSString) }
        if value < 99.95 { return String(format: "%.1f %@/s", value, unit as NSString) }
        return "\(count(Int(value.rounded()))) \(unit)/s"
    }

    /// A share of the whole, rounded down, so that 100% means done: "43%".
    static func percent(_ fraction: Double) -> String {
        guard fraction.isFinite else { return "unknown" }
        return "\(Int((min(max(fraction, 0), 1) * 100).rounded(.down)))%"
    }

    /// A number with `digits` digits after the point: "8.50".
    static func decimal(_ value: Double, digits: Int = 2) -> String {
        String(format: "%.*f", digits, value)
    }

    private static func pair(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
        String(format: "%d %@ %02d %@", large, largeUnit as NSString, small, smallUnit as NSString)
    }

    /// Three significant digits in the largest unit of which there is at least one.
    private static func scaled(_ value: Double, by step: Double, units: [String]) -> String {
        var scaled = value
        var unit = 0
        // 999.5 would round to four digits, so it moves on to the next unit.
        while scaled.magnitude >= (step == 1000 ? 999.5 : 1023.5), unit + 1 < units.count {
            scaled /= step
            unit += 1
        }
        let decimals = scaled.magnitude < 9.995 ? 2 : scaled.magnitude < 99.95 ? 1 : 0
        return String(format: "%.*f %@", decimals, scaled, units[unit] as NSString)
    }
}

extension String {
    /// The text with control characters written out, so that the name of a file or a tensor can neither break a line nor command a
    /// terminal.
    var onOneLine: String {
        guard unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if scalar.properties.generalCategory == .control {
                text += scalar.escaped(asASCII: true)
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }
}
