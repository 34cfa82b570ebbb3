/// What a piece of work takes.
package struct Cost: Hashable, Sendable {
    /// A multiplication and an addition are two.
    package var operations = 0.0
    /// Bytes that must come from memory.
    package var bytes = 0.0
    package var seconds = 0.0

    package static func += (total: inout Cost, more: Cost) {
        total.operations += more.operations
        total.bytes += more.bytes
        total.seconds += more.seconds
    }

    package static func + (a: Cost, b: Cost) -> Cost {
        var sum = a
        sum += b
        return sum
    }

    package static func * (cost: Cost, times: Double) -> Cost {
        Cost(operations: cost.operations * times, bytes: cost.bytes * times, seconds: cost.seconds * times)
    }

    /// Operations for each byte.
    package var intensity: Double { operations / bytes }

    /// Which of a machine's two rates decides how long the work takes.
    package func bound(on machine: Machine) -> Bound { intensity >= machine.balance ? .compute : .memory }
}

/// What a machine waits for.
package enum Bound: String, Hashable, Sendable {
    case compute, memory
}
