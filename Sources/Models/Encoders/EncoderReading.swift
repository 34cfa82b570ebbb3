import Attention
import Positions

/// How an encoder reads texts: options, settled for the model at hand.
struct EncoderReading: Sendable {
    /// The most tokens of a text.
    let window: Int
    /// How longer texts read the learned table of positions, if there is one.
    let table: TablePositions?
    /// What takes the place of the model's rotation; nil: nothing does.
    let scheme: (any PositionScheme)?
    /// Serves texts beyond the trained length.
    let selfExtend: SelfExtend?
    /// How many tokens, the first ones, are global.
    let globalTokens: Int
    /// What texts are filled up with, and to how many tokens; nil: they are not.
    let padding: (token: Int32, count: Int)?
    private let temperatureScale: Double
    /// Whether queries grow by the logarithm of the text's length beyond the trained one.
    private let scalesQueries: Bool
    private let trainedLength: Int

    /// - Parameter rows: of the learned table of positions, if there is one.
    /// - Throws: `PositionError`, `AttentionError` or `EncoderError` for what cannot serve the model, with the reason.
    init(_ options: EncoderOptions, description: EncoderDescription, configuration: DecoderConfiguration, rows: Int?) throws {
        let rotation = description.rotation
        trainedLength = configuration.contextLength
        guard EncoderOptions.temperatures.contains(options.temperatureScale) else {
            throw EncoderError.temperatureOutOfRange(options.temperatureScale)
        }
        temperatureScale = options.temperatureScale
        guard options.globalTokens == 0 || description.layers.contains(where: { $0.globalProjections != nil }) else {
            throw EncoderError.noGlobalTokens(architecture: configuration.architecture)
        }
        globalTokens = max(0, options.globalTokens)
        if !description.attends { try Self.checkWithoutAttention(options, configuration) }
        guard options.padding == nil || description.ends.padding != nil else {
            throw EncoderError.noPadding(architecture: configuration.architecture)
        }
        padding = options.padding == TextPadding.none ? nil : description.ends.padding.map { ($0, configuration.contextLength) }
        let chosen = try Self.positions(options, rotation: rotation, rows: rows)
        (table, scheme, scalesQueries) = (chosen.table, chosen.scheme, chosen.scalesQueries)
        selfExtend = try options.method.flatMap { try Self.method($0, rotation: rotation, trained: configuration.contextLength) }
        let reaches = [
            table.flatMap { table in rows.map { table.reach(rows: $0) } },
            scheme.flatMap { scheme in rotation.map { scheme.reach(for: $0.geometry) } },
            selfExtend?.reach(ofWindow: configuration.contextLength),
        ]
        window = options.contextLength ?? reaches.compactMap(\.self).max() ?? configuration.contextLength
        if let rows, table == nil, window > rows { throw EncoderError.beyondTable(length: window, rows: rows) }
    }

    /// Refuses what would change attention, and texts that convolutions do not reach over.
    private static func checkWithoutAttention(_ options: EncoderOptions, _ configuration: DecoderConfiguration) throws(EncoderError) {
        let given = [
            ("--positions", options.positions != nil), ("--method", options.method != nil),
            ("--temperature-scale", options.temperatureScale != 1),
        ]
        if let (option, _) = given.first(where: \.1) {
            throw .noAttention(option: option, architecture: configuration.architecture)
        }
        if let length = options.contextLength, length > configuration.contextLength {
            throw .beyondTaps(length: length, taps: configuration.contextLength)
        }
    }

    private static func positions(
        _ options: EncoderOptions, rotation: LayerRotation?, rows: Int?
    ) throws -> (table: TablePositions?, scheme: (any PositionScheme)?, scalesQueries: Bool) {
        guard let name = options.positions else { return (nil, nil, false) }
        if let rows {
            let choice = try PositionRegistry.tableChoice(name, rows: rows, length: options.contextLength)
            return (choice.scheme, nil, choice.scalesQueries)
        }
        guard let rotation else { throw PositionError.cannotServe(scheme: name, reason: "it has no positions that could be stretched") }
        let choice = try PositionRegistry.choice(name, for: rotation.geometry, own: rotation.scheme, length: options.contextLength)
        return (nil, choice.scheme, choice.scalesQueries)
    }

    private static func method(_ name: String, rotation: LayerRotation?, trained: Int) throws -> SelfExtend? {
        let policy = try PolicyRegistry.policy(name, window: trained)
        if policy is FullAttention { return nil }
        guard let selfExtend = policy as? SelfExtend else {
            throw EncoderError.methodCannotServe(method: name, reason: "it is for decoders; encoders are served by full and selfextend")
        }
        guard rotation != nil else {
            throw EncoderError.methodCannotServe(
                method: name,
                reason: "it shows keys at other distances, and no layer rotates queries and keys; --positions linear, grouped or "
                    + "recurrent are for learned positions")
        }
        guard selfExtend.window < trained else {
            throw EncoderError.methodCannotServe(method: name, reason: "its window must be less than the \(trained) tokens of the model's")
        }
        return selfExtend
    }

    /// Whether a text goes beyond what the model was trained for.
    func isLong(_ tokens: Int) -> Bool { tokens > trainedLength }

    /// What queries of a text of so many tokens are multiplied by, besides the usual; nil: nothing.
    func queryScale(tokens: Int) -> QueryScale? {
        let logarithm = scalesQueries ? QueryScale.logarithmic(beyond: trainedLength).factor(at: tokens - 1) : 1
        let factor = logarithm / temperatureScale
        return factor == 1 ? nil : .constant(factor)
    }

    /// The rotation of a layer for a text of so many tokens.
    func rotary(_ layer: EncoderLayer, tokens: Int, headDim: Int) -> Rotary {
        guard let rotation = layer.attention?.rotation else { return .none(headDim: headDim) }
        // Layers with a window never see a distance that they were not trained for.
        let scheme = layer.pattern == .whole ? scheme : nil
        return (scheme ?? rotation.scheme).rotary(for: rotation.geometry, length: scheme == nil ? trainedLength : tokens)
    }
}
