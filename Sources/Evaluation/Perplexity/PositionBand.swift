/// Positions that are reported together: the first 256, the next 256, the next 512, and each further run as long as all before it.
struct PositionBand: Hashable, Comparable {
    /// Counted from 0.
    let number: Int

    /// Positions of the first band; all others begin at a multiple of it.
    static let unit = 256

    init(number: Int) { self.number = number }

    init(position: Int) {
        var number = 0, end = Self.unit
        while position >= end { (number, end) = (number + 1, end * 2) }
        self.number = number
    }

    var firstPosition: Int { number == 0 ? 0 : Self.unit << (number - 1) }

    static func < (one: PositionBand, other: PositionBand) -> Bool { one.number < other.number }
}
