/// How much more likely short sequences are than long ones while a cycle has some of both.
package enum LengthCurriculum: String, CaseIterable, Codable, Sendable {
    /// All alike: the natural order.
    case uniform
    /// Short ones first, the odds falling by one a length.
    case growLinear = "grow-linear"
    /// Short ones first, the odds halved with each length.
    case growP2 = "grow-p2"
    /// Short ones first, almost sorted.
    case growP100 = "grow-p100"
    case shrinkLinear = "shrink-linear"
    case shrinkP2 = "shrink-p2"
    case shrinkP100 = "shrink-p100"

    /// The odds of `count` lengths, the shortest first.
    package func odds(count: Int) -> [Double] {
        let falling: [Double] = (0..<count).map { place in
            let rank = count - 1 - place
            return switch self {
            case .uniform: 1
            case .growLinear, .shrinkLinear: Double(rank + 1)
            case .growP2, .shrinkP2: Self.power(2, rank)
            case .growP100, .shrinkP100: Self.power(100, rank)
            }
        }
        return isShrinking ? falling.reversed() : falling
    }

    private var isShrinking: Bool { [.shrinkLinear, .shrinkP2, .shrinkP100].contains(self) }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { product, _ in product * base }
    }
}
