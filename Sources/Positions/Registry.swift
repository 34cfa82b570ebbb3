/// The position schemes that a person can name: `yarn:4`, `linear:2`, `abf:500000`. A new one is a file in `Schemes` and a line here.
package enum PositionRegistry {
    /// How a scheme is written, and what is made of it.
    private struct Entry {
        let name: String
        let usage: String
        /// The form of it that is worth trying for longer texts; nil for one that needs more than a length.
        var trial: ((Stretch) -> String)?
        let make: (Options) throws -> any PositionScheme
    }

    private static var entries: [Entry] {
        [
            Entry(name: "none", usage: "none") { options in
                try options.refuseAll()
                return NoPositions()
            },
            Entry(name: "linear", usage: "linear:FACTOR", trial: { "linear:\($0.factor)" }) { LinearPositions(factor: try $0.factor()) },
            Entry(name: "ntk", usage: "ntk:FACTOR", trial: { "ntk:\($0.factor)" }) { NTKPositions(factor: try $0.factor()) },
            Entry(name: "dynamic-ntk", usage: "dynamic-ntk[:FACTOR]", trial: { _ in "dynamic-ntk" }) {
                DynamicNTKPositions(factor: try $0.factor(default: 2))
            },
            Entry(name: "ntk-by-parts", usage: "ntk-by-parts:FACTOR", trial: { "ntk-by-parts:\($0.factor)" }) {
                NTKByPartsPositions(factor: try $0.factor())
            },
            Entry(name: "yarn", usage: "yarn:FACTOR", trial: { "yarn:\($0.factor)" }) { YarnPositions(factor: try $0.factor()) },
            Entry(name: "llama3", usage: "llama3[:FACTOR]", trial: { "llama3:\($0.factor)" }) {
                Llama3Positions(factor: try $0.factor(default: Llama3Positions.publishedFactor))
            },
            Entry(name: "longrope", usage: "longrope", trial: { _ in "longrope" }) { options in
                try options.refuseAll()
                guard let lists = options.own as? LongRoPEPositions else { throw PositionError.noFactorLists }
                return lists
            },
            Entry(name: "truncated", usage: "truncated[:TOKENS]", trial: { _ in "truncated" }) { options in
                TruncatedPositions(cut: try options.number(in: 8...1e9).map { Int($0) })
            },
            Entry(name: "power", usage: "power:EXPONENT") { PowerPositions(exponent: try $0.requiredNumber(in: 0...16)) },
            Entry(name: "abf", usage: "abf:BASE") { AdjustedBasePositions(base: try $0.requiredNumber(in: 1.1...1e15)) },
            Entry(name: "clex", usage: "clex:FILE") { try $0.clex(isCompatible: false) },
            Entry(name: "clex-compat", usage: "clex-compat:FILE") { try $0.clex(isCompatible: true) },
        ]
    }

    /// The names of all schemes, the model's own first.
    package static var names: [String] { ["model"] + entries.map(\.name) }

    /// How all of them are written.
    package static var usages: [String] { ["model"] + entries.map(\.usage) }

    /// What is worth trying to take a model as far as a length; whether it can serve the model is not known yet.
    package static func trials(for stretch: Stretch) -> [String] { entries.compactMap { $0.trial?(stretch) } }

    /// What a text such as `yarn:4` or `model+log` names.
    package struct Choice: Sendable {
        /// `nil` for the model's own.
        package let scheme: (any PositionScheme)?
        /// Whether queries beyond the trained length are sharpened by the logarithm of their position: "+log" behind a scheme.
        package let scalesQueries: Bool
    }

    /// - Parameters:
    ///   - geometry: of the model.
    ///   - own: the model's own scheme.
    ///   - length: how long texts shall become, if that is known: a factor that is left out comes from it.
    /// - Throws: `PositionError`, or `ModelFileError` for a file that cannot be opened.
    package static func choice(
        _ text: String, for geometry: RotaryGeometry, own: any PositionScheme, length: Int?
    ) throws -> Choice {
        let (written, scalesQueries) = partedFromSuffix(text)
        let name = String(written.prefix { $0 != ":" }), rest = written.dropFirst(name.count + 1)
        let hasOption = written.count > name.count
        if name == "model", !hasOption { return Choice(scheme: nil, scalesQueries: scalesQueries) }
        guard let entry = entries.first(where: { $0.name == name }) else {
            if ["grouped", "recurrent"].contains(name) {
                throw PositionError.cannotServe(
                    scheme: name, reason: "it rotates queries and keys and has no table of positions; linear, ntk and yarn are for such")
            }
            throw PositionError.unknownScheme(name, known: names)
        }
        let options = Options(
            text: hasOption ? String(rest) : nil, scheme: name, usage: entry.usage, geometry: geometry, own: own, length: length)
        return Choice(scheme: try entry.make(options), scalesQueries: scalesQueries)
    }

    /// What is written before "+log", and whether that stands behind it.
    static func partedFromSuffix(_ text: String) -> (written: Substring, scalesQueries: Bool) {
        let suffix = "+log"
        return text.hasSuffix(suffix) ? (text.dropLast(suffix.count), true) : (text[...], false)
    }

    /// What stands behind a scheme's name, and what options that are left out come from.
    private struct Options {
        let text: String?
        let scheme: String
        let usage: String
        let geometry: RotaryGeometry
        let own: any PositionScheme
        let length: Int?

        private static let factors = 1.0...1e6

        func refuseAll() throws(PositionError) {
            guard text == nil else { throw .tooManyOptions(scheme: scheme, usage: usage) }
        }

        func number(in range: ClosedRange<Double>) throws(PositionError) -> Double? {
            guard let text else { return nil }
            guard let number = Double(text), range.contains(number) else {
                throw .badOption(scheme: scheme, option: text, usage: usage, range: range)
            }
            return number
        }

        func requiredNumber(in range: ClosedRange<Double>) throws(PositionError) -> Double {
            guard let number = try number(in: range) else { throw .badOption(scheme: scheme, option: "", usage: usage, range: range) }
            return number
        }

        /// How many times the trained length: as written, or what the length asks for, or else the usual factor.
        func factor(default usual: Double? = nil) throws(PositionError) -> Double {
            if let given = try number(in: Self.factors) { return given }
            if let length { return max(1, Double(length) / Double(geometry.trainedLength)) }
            guard let usual else { throw .optionMissing(scheme: scheme, usage: usage) }
            return usual
        }

        func clex(isCompatible: Bool) throws -> any PositionScheme {
            guard let text, !text.isEmpty else { throw PositionError.badNetwork(file: scheme, reason: "write \(usage)") }
            let network = try ClexNetwork(path: text, isCompatible: isCompatible)
            guard network.pairs == geometry.rotaryDim / 2 else {
                throw PositionError.pairsDiffer(file: text, pairs: network.pairs, needed: geometry.rotaryDim / 2)
            }
            return ClexPositions(network: network, name: "\(scheme):\(text)")
        }
    }
}
