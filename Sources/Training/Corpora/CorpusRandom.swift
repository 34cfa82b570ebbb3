import Diagnostics

/// Random choices that are the same for the same seed on every machine and in every version of the language, and whose state can be saved.
package struct CorpusRandom: Codable, Hashable, Sendable {
    private var generator: SplitMix64

    /// - Parameter path: numbers that tell apart what is drawn for different ends from one seed: an epoch, a bucket.
    package init(seed: UInt64, _ path: Int...) {
        generator = SplitMix64(seed: seed)
        for number in path {
            generator = SplitMix64(seed: next() ^ UInt64(bitPattern: Int64(number)))
        }
    }

    package mutating func next() -> UInt64 { generator.next() }

    /// A number from 0 up to, and never, 1.
    package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number of 0..<`count`, each as likely as the next.
    package mutating func below(_ count: Int) -> Int {
        precondition(count > 0, "there is nothing to draw from")
        return Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(count)).high)
    }

    package mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// True with this probability.
    package mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// One of the elements, of which there must be some.
    package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// The place of one of the weights, each as likely as it is large; the last where all are 0.
    package mutating func place(weights: [Double]) -> Int {
        var mark = unit() * weights.reduce(0, +)
        for (place, weight) in weights.enumerated() {
            if mark < weight { return place }
            mark -= weight
        }
        return weights.lastIndex { $0 > 0 } ?? weights.count - 1
    }

    /// Fisher and Yates's shuffle.
    package mutating func shuffle<Element>(_ elements: inout [Element]) {
        for last in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(last, below(last + 1)) }
    }

    /// The numbers of 0..<`count` in a random order.
    package mutating func order(of count: Int) -> [Int32] {
        var order = Array(0..<Int32(count))
        shuffle(&order)
        return order
    }
}
