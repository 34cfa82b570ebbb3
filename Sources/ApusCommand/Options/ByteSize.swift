import ArgumentParser

/// A size as it is written on the command line: "4GiB", "512MiB", "1.5GB", "65536".
struct ByteSize: Equatable, Sendable, ExpressibleByArgument {
    let bytes: Int

    /// Factors by unit, in small letters. A letter alone counts in steps of 1024, as memory does.
    private static let units: [String: Double] = [
        "": 1, "b": 1, "k": 0x1p10, "kib": 0x1p10, "kb": 1e3, "m": 0x1p20, "mib": 0x1p20, "mb": 1e6, "g": 0x1p30, "gib": 0x1p30, "gb": 1e9,
        "t": 0x1p40, "tib": 0x1p40, "tb": 1e12,
    ]
    /// Far above any machine's memory, far below overflow.
    private static let largest = 0x1p60

    /// nil for anything but a number above 0 with one of the units behind it.
    init?(argument: String) {
        let number = argument.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = argument.dropFirst(number.count).drop { $0 == " " }.lowercased()
        guard let value = Double(number), let factor = Self.units[unit] else { return nil }
        guard (1...Self.largest).contains(value * factor) else { return nil }
        bytes = Int(value * factor)
    }
}
