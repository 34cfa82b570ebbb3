/// Metrics in the text format of Prometheus (version 0.0.4).
struct PrometheusText {
    static let type = "text/plain; version=0.0.4; charset=utf-8"
    private static let prefix = "apus_"

    private(set) var text = ""

    mutating func counter(_ name: String, _ help: String, _ value: Int) { single(name, "counter", help, String(value)) }

    mutating func gauge(_ name: String, _ help: String, _ value: Int) { single(name, "gauge", help, String(value)) }

    /// A counter with a value for each of some labels.
    mutating func counters(_ name: String, _ help: String, _ values: [(labels: [(String, String)], value: Int)]) {
        head(name, "counter", help)
        for (labels, value) in values { sample(name, labels, String(value)) }
    }

    mutating func histograms(_ name: String, _ help: String, _ values: [(labels: [(String, String)], histogram: Histogram)]) {
        head(name, "histogram", help)
        for (labels, histogram) in values {
            var total = 0
            for (bound, count) in zip(histogram.bounds.map { String($0) } + ["+Inf"], histogram.counts) {
                total += count
                sample(name + "_bucket", labels + [("le", bound)], String(total))
            }
            sample(name + "_sum", labels, String(histogram.sum))
            sample(name + "_count", labels, String(total))
        }
    }

    private mutating func single(_ name: String, _ type: String, _ help: String, _ value: String) {
        head(name, type, help)
        sample(name, [], value)
    }

    private mutating func head(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(Self.prefix)\(name) \(help)\n# TYPE \(Self.prefix)\(name) \(type)\n"
    }

    private mutating func sample(_ name: String, _ labels: [(String, String)], _ value: String) {
        let written = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
        text += Self.prefix + name + (written.isEmpty ? "" : "{\(written)}") + " \(value)\n"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
