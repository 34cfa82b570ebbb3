/// Numbers as Python writes them.
enum PythonNumber {
    /// The shortest digits that read as the same number; with an exponent below 0.0001 and from 10^16 on.
    static func written(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        guard value != 0 else { return value.sign == .minus ? "-0.0" : "0.0" }
        let (digits, exponent) = decimal(value.magnitude)
        let sign = value < 0 ? "-" : ""
        guard (-4..<16).contains(exponent) else {
            let fraction = digits.dropFirst()
            let power = (exponent < 0 ? "-" : "+") + (abs(exponent) < 10 ? "0" : "") + "\(abs(exponent))"
            return sign + digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction) + "e" + power
        }
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let whole = digits.prefix(exponent + 1), zeros = exponent + 1 - whole.count
        let fraction = digits.dropFirst(exponent + 1)
        return sign + whole + String(repeating: "0", count: zeros) + "." + (fraction.isEmpty ? "0" : fraction)
    }

    /// The significant digits of a positive number and the power of ten of the first.
    private static func decimal(_ value: Double) -> (digits: String, exponent: Int) {
        let parts = value.description.split(separator: "e", maxSplits: 1)
        let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let halves = parts[0].split(separator: ".", maxSplits: 1)
        let whole = halves[0], all = String(whole) + (halves.count > 1 ? halves[1] : "")
        let leading = all.prefix { $0 == "0" }.count
        var digits = all.dropFirst(leading)
        while digits.last == "0" { digits.removeLast() }
        return (String(digits), power + whole.count - 1 - leading)
    }

    /// What `int(text)` or, with a base, `int(text, base)` gives; nil where that is an error.
    static func integer(_ text: String, base: Int = 10) -> Int? {
        let digits = text.filter { $0 != "_" }
        return (2...36).contains(base) ? Int(digits, radix: base) : nil
    }

    /// What `float(text)` gives; nil where that is an error.
    static func real(_ text: String) -> Double? {
        guard !text.lowercased().contains("x"), !text.lowercased().contains("p") || text.lowercased().contains("inf") else { return nil }
        return Double(text.filter { $0 != "_" })
    }
}
