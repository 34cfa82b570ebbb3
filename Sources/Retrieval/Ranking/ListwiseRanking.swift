/// How a judge that orders a list at a time goes over a list: all at once, or a window after the other.
///
/// A window that slides from the end of the list to its beginning carries the best of what it has seen on: after one pass the first `step`
/// places are right if the judge is. (Sun et al., Is ChatGPT Good at Search?, 2023; all at once: Liu et al., Sliding Windows Are Not the End,
/// 2024.)
package enum ListwiseRanking: Hashable, Sendable {
    case full
    /// - Parameter passes: how often the window goes over the list; each leaves the places alone that those before it have settled.
    case sliding(window: Int, step: Int, passes: Int)

    package static let usualWindow = 20
    package static let usualStep = 10

    /// The stretches of the list that the judge orders, in their order.
    package func windows(count: Int) -> [Range<Int>] {
        guard count > 0 else { return [] }
        switch self {
        case .full: return [0..<count]
        case .sliding(let window, let step, let passes):
            return (0..<passes).flatMap { pass in Self.pass(from: pass * step, to: count, window: window, step: step) }
        }
    }

    /// One pass over the places from `first` to the end, from behind.
    private static func pass(from first: Int, to count: Int, window: Int, step: Int) -> [Range<Int>] {
        guard first < count else { return [] }
        var windows = [max(first, count - window)..<count]
        while let last = windows.last, last.lowerBound > first {
            let end = last.upperBound - step
            windows.append(max(first, end - window)..<end)
        }
        // A single place needs no judge.
        return windows.filter { $0.count > 1 || count == 1 }
    }

    /// Orders a list.
    /// - Parameter judge: gets places of the list in their present order, and says which of them come first: indices into what it got. What
    ///   it leaves out or repeats is set right.
    /// - Returns: the places of the list, best first.
    package func order(count: Int, judge: (_ places: [Int]) async throws -> [Int]) async rethrows -> [Int] {
        var order = Array(0..<count)
        for window in windows(count: count) {
            let shown = Array(order[window])
            let chosen = Permutation.completing(try await judge(shown), count: shown.count)
            order.replaceSubrange(window, with: chosen.map { shown[$0] })
        }
        return order
    }
}
