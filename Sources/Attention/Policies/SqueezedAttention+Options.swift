/// How Squeezed Attention is written: `squeezed:90:levels=2`; options that are left out have the method's defaults.
extension SqueezedAttention {
    static let usage =
        "squeezed:DROPPED:levels=1|2:clusters=PERCENT:coarse=PERCENT:lower=PERCENT:window=TOKENS:rounds=COUNT (DROPPED in percent of the "
        + "text's keys; all may be left out)"

    static let optionNames = ["levels", "clusters", "coarse", "lower", "window", "rounds"]

    init(_ written: PolicyOptions) throws(AttentionError) {
        let defaults = Options()
        var options = defaults
        options.dropPercent = written[0] ?? defaults.dropPercent
        options.levels = try written.number("levels", in: 1...2, default: defaults.levels)
        options.clusterPercent = try written.number("clusters", in: 1...100, default: defaults.clusterPercent)
        options.coarsePercent = try written.number("coarse", in: 1...100, default: defaults.coarsePercent)
        options.coarseDropPercent = try written.number("lower", in: 0...99, default: defaults.coarseDropPercent)
        options.window = try written.number("window", in: 1...4096, default: defaults.window)
        options.rounds = try written.number("rounds", in: 1...300, default: defaults.rounds)
        let name = options.text(defaults: defaults)
        guard (1...99).contains(options.dropPercent) else { throw .badOption(method: "squeezed", option: name, usage: Self.usage) }
        self.init(options, name: name)
    }
}

extension SqueezedAttention.Options {
    /// The method as it is written, what is not as usual named.
    fileprivate func text(defaults: Self) -> String {
        let numbers = [
            ("levels", levels, defaults.levels), ("clusters", clusterPercent, defaults.clusterPercent),
            ("coarse", coarsePercent, defaults.coarsePercent), ("lower", coarseDropPercent, defaults.coarseDropPercent),
            ("window", window, defaults.window), ("rounds", rounds, defaults.rounds),
        ]
        return (["squeezed:\(dropPercent)"] + numbers.filter { $0.1 != $0.2 }.map { "\($0.0)=\($0.1)" }).joined(separator: ":")
    }
}
