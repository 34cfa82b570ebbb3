/// The order that a model answered, made whole.
package enum Permutation {
    /// Reads the numbers of an answer such as "[2] > [1]", whatever else it holds.
    ///
    /// Runs of ASCII digits are numbers, of which the first is 1. Those beyond the count and repeated ones are left out; what the answer does
    /// not name follows in its old order.
    /// - Returns: every place from 0 to `count - 1`, each once.
    package static func parse(_ answer: some Sequence<UInt8>, count: Int) -> [Int] {
        var named: [Int] = [], number: Int?
        // One that is too large for the count stays so, however many digits follow.
        for byte in answer {
            if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                number = min((number ?? 0) * 10 + Int(byte - UInt8(ascii: "0")), count + 1)
            } else if let found = number {
                named.append(found - 1)
                number = nil
            }
        }
        if let number { named.append(number - 1) }
        return completing(named, count: count)
    }

    /// A permutation that begins with `named`, without repetitions and places that there are not, and goes on with the other places in order.
    package static func completing(_ named: [Int], count: Int) -> [Int] {
        var isNamed = [Bool](repeating: false, count: count)
        var order: [Int] = []
        order.reserveCapacity(count)
        for place in named + Array(0..<count) where isNamed.indices.contains(place) && !isNamed[place] {
            isNamed[place] = true
            order.append(place)
        }
        return order
    }
}
