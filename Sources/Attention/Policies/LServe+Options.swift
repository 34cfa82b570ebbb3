/// How LServe is written: `lserve:4096:streaming=50:interval=4`; options that are left out have the method's defaults.
extension LServe {
    static func usage(_ method: String) -> String {
        "\(method):BUDGET:streaming=PERCENT:interval=QUERIES:sinks=TOKENS:local=TOKENS:dense=LAYERS:reading=dense|pages:gates=FILE "
            + "(the interval a divisor of 64; all but the budget may be left out)"
    }

    static let optionNames = ["streaming", "interval", "sinks", "local", "dense", "reading", "gates"]

    init(_ written: PolicyOptions, method: String, defaults: Options) throws(AttentionError) {
        let largest = PolicyRegistry.largestOption
        var options = defaults
        options.budget = written[0] ?? defaults.budget
        options.streamingPercent = try written.number("streaming", in: 0...100, default: defaults.streamingPercent)
        options.interval = try written.number("interval", in: 1...64, default: defaults.interval)
        options.sinks = try written.number("sinks", in: 0...largest, default: defaults.sinks)
        options.local = try written.number("local", in: 1...largest, default: defaults.local)
        options.denseLayers = try written.number("dense", in: 0...largest, default: defaults.denseLayers)
        if let path = written.named["gates"] { options.scores = .file(path) }
        if let reading = written.named["reading"] { options.choosesWhileReading = reading == "pages" }
        guard 64.isMultiple(of: options.interval), ["dense", "pages", nil].contains(written.named["reading"]) else {
            throw .badOption(
                method: method, option: "interval=\(options.interval):reading=\(written.named["reading"] ?? "dense")", usage: written.usage)
        }
        self.init(options, name: options.text(method: method, defaults: defaults))
    }
}

extension LServe.Options {
    /// Quest by itself: no streaming heads, a choice for every query, the first two layers dense.
    static var quest: Self {
        var options = Self()
        options.streamingPercent = 0
        options.interval = 1
        options.denseLayers = 2
        return options
    }

    /// The method as it is written, what is not as usual named.
    fileprivate func text(method: String, defaults: Self) -> String {
        let numbers = [
            ("streaming", streamingPercent, defaults.streamingPercent), ("interval", interval, defaults.interval),
            ("sinks", sinks, defaults.sinks), ("local", local, defaults.local), ("dense", denseLayers, defaults.denseLayers),
        ]
        var parts = ["\(method):\(budget)"] + numbers.filter { $0.1 != $0.2 }.map { "\($0.0)=\($0.1)" }
        if choosesWhileReading { parts.append("reading=pages") }
        if case .file(let path) = scores { parts.append("gates=\(path)") }
        return parts.joined(separator: ":")
    }
}
