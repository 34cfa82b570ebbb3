extension Array where Element == Float {
    /// The places of the `count` largest, ascending. Of equals those in front are taken; what is not a number counts as largest, so that
    /// damage is seen and not passed over. O(n).
    func placesOfLargest(_ count: Int) -> [Int] {
        guard count < self.count else { return [Int](indices) }
        guard count > 0 else { return [] }
        let ranked = map { $0.isNaN ? .infinity : $0 }, threshold = ranked.largest(at: count - 1)
        var equals = count - ranked.count { $0 > threshold }
        return ranked.indices.filter { place in
            if ranked[place] != threshold { return ranked[place] > threshold }
            equals -= 1
            return equals >= 0
        }
    }

    /// The number that would stand at a place if the largest stood first. (Hoare, Algorithm 65: Find, 1961.)
    private func largest(at place: Int) -> Float {
        var numbers = self, first = 0, last = count - 1
        while first < last {
            let pivot = numbers[(first + last) / 2]
            var left = first, right = last
            while left <= right {
                while numbers[left] > pivot { left += 1 }
                while numbers[right] < pivot { right -= 1 }
                if left <= right {
                    numbers.swapAt(left, right)
                    left += 1
                    right -= 1
                }
            }
            if place <= right { last = right } else if place >= left { first = left } else { return numbers[place] }
        }
        return numbers[place]
    }
}

extension RandomAccessCollection where Element == Float {
    /// Of how many numbers one is taken, at the least, for one pass to be the quicker way.
    private static var fewest: Int { 16 }

    /// The places of the `count` largest as `placesOfLargest` finds them, except that what is not a number is never taken. O(n).
    package func placesOfHighest(_ count: Int) -> [Int] {
        if count > 0, count <= self.count / Self.fewest { return LargestFew(count, of: self).places }
        let numbers = enumerated().filter { !$0.element.isNaN }
        return numbers.map(\.element).placesOfLargest(count).map { numbers[$0].offset }
    }
}

/// The largest of many numbers, found in one pass that looks at most of them once: on top of a heap is the one that would leave first.
private struct LargestFew {
    private var heap: [(number: Float, place: Int)] = []

    init(_ count: Int, of all: some RandomAccessCollection<Float>) {
        for (place, number) in all.enumerated() {
            if heap.count < count {
                if !number.isNaN { heap.append((number, place)) }
                // What is sorted is a heap.
                if heap.count == count { heap.sort(by: Self.leavesBefore) }
            } else if number > heap[0].number {
                // Of equals those in front stay; what is not a number is larger than none.
                heap[0] = (number, place)
                sink()
            }
        }
    }

    /// In ascending order.
    var places: [Int] { heap.map(\.place).sorted() }

    private static func leavesBefore(_ one: (number: Float, place: Int), _ other: (number: Float, place: Int)) -> Bool {
        one.number != other.number ? one.number < other.number : one.place > other.place
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var first = parent
            let left = 2 * parent + 1, right = left + 1
            if left < heap.count, Self.leavesBefore(heap[left], heap[first]) { first = left }
            if right < heap.count, Self.leavesBefore(heap[right], heap[first]) { first = right }
            guard first != parent else { return }
            heap.swapAt(parent, first)
            parent = first
        }
    }
}
