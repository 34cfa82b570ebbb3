/// How HiP is written: `hip:512:block=16:window=256`; options that are left out have the method's defaults.
extension HiPAttention {
    static let usage =
        "hip:KEYS:block=KEYS:window=TOKENS:sinks=TOKENS:dense=LAYERS:refresh=TOKENS:stride=QUERIES:show=blocks|pages "
        + "(block and refresh divisors of 64; all may be left out)"

    static let optionNames = ["block", "window", "sinks", "dense", "refresh", "stride", "show"]

    init(_ written: PolicyOptions) throws(AttentionError) {
        let largest = PolicyRegistry.largestOption, defaults = Options()
        var options = defaults
        options.keys = written[0] ?? defaults.keys
        options.blockLength = try written.number("block", in: 1...64, default: defaults.blockLength)
        options.window = try written.number("window", in: 1...largest, default: defaults.window)
        options.sinks = try written.number("sinks", in: 0...largest, default: defaults.sinks)
        options.denseLayers = try written.number("dense", in: 0...largest, default: defaults.denseLayers)
        options.refresh = try written.number("refresh", in: 1...64, default: defaults.refresh)
        options.queryStride = try written.number("stride", in: 1...64, default: defaults.queryStride)
        options.showsPages = written.named["show"] == "pages"
        let name = options.text(defaults: defaults)
        guard 64.isMultiple(of: options.blockLength), 64.isMultiple(of: options.refresh), options.keys >= options.blockLength,
            ["blocks", "pages", nil].contains(written.named["show"])
        else { throw .badOption(method: "hip", option: name, usage: Self.usage) }
        self.init(options, name: name)
    }
}

extension HiPAttention.Options {
    /// The method as it is written, what is not as usual named.
    fileprivate func text(defaults: Self) -> String {
        let numbers = [
            ("block", blockLength, defaults.blockLength), ("window", window, defaults.window), ("sinks", sinks, defaults.sinks),
            ("dense", denseLayers, defaults.denseLayers), ("refresh", refresh, defaults.refresh),
            ("stride", queryStride, defaults.queryStride),
        ]
        let parts = ["hip:\(keys)"] + numbers.filter { $0.1 != $0.2 }.map { "\($0.0)=\($0.1)" } + (showsPages ? ["show=pages"] : [])
        return parts.joined(separator: ":")
    }
}
