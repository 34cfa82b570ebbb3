/// Where a method puts the positions of a text: whole positions become others, which need not be whole.
package enum PositionMap: Sendable {
    /// `⌊position / size⌋ + offset`: positions in groups.
    case groups(of: Int, offset: Int = 0)
    /// `position / divisor + offset`.
    case quotient(by: Double, offset: Double = 0)
    case custom(@Sendable (Int) -> Double)

    package func callAsFunction(_ position: Int) -> Double {
        switch self {
        case .groups(let size, let offset): Double(position / size + offset)
        case .quotient(let divisor, let offset): Double(position) / divisor + offset
        case .custom(let function): function(position)
        }
    }

    /// How a map goes on from any position, wherever it is: what two maps share that differ by an offset.
    package enum Steps: Hashable, Sendable {
        case groups(of: Int)
        case quotient(by: Double)

        /// After so many positions the same steps come again.
        var period: Int {
            switch self {
            case .groups(let size): size
            case .quotient: 1
            }
        }

        /// How far the map goes from a position to one that lies `offset` behind it.
        func distance(from position: Int, by offset: Int) -> Double {
            switch self {
            case .groups(let size): Double((position + offset) / size - position / size)
            case .quotient(let divisor): Double(offset) / divisor
            }
        }
    }

    /// nil where nothing is known of them.
    package var steps: Steps? {
        switch self {
        case .groups(let size, _): .groups(of: size)
        case .quotient(let divisor, _): .quotient(by: divisor)
        case .custom: nil
        }
    }
}
