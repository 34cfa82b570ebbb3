/// Numbers as a row of bars one character high.
enum Sparkline {
    private static let bars = Array("▁▂▃▄▅▆▇█")

    /// - Parameters:
    ///   - values: the lowest gets the smallest bar and the highest the largest; one that is not finite leaves a gap.
    ///   - columns: the most characters; with more values, neighbours share a bar that shows their mean.
    ///   - range: what the smallest bar and the largest stand for, in place of the lowest and the highest value.
    static func text(_ values: [Double], columns: Int, in range: ClosedRange<Double>? = nil) -> String {
        let values = means(of: values, count: min(columns, values.count))
        let finite = values.filter(\.isFinite)
        guard let lowest = range?.lowerBound ?? finite.min(), let highest = range?.upperBound ?? finite.max() else { return "" }
        return String(
            values.map { value in
                guard value.isFinite else { return " " }
                let height = highest > lowest ? (value - lowest) / (highest - lowest) : 0.5
                return bars[Int((height * Double(bars.count - 1)).rounded())]
            })
    }

    private static func means(of values: [Double], count: Int) -> [Double] {
        (0..<max(0, count)).map { index in
            let run = values[index * values.count / count..<(index + 1) * values.count / count]
            return run.reduce(0, +) / Double(run.count)
        }
    }
}
