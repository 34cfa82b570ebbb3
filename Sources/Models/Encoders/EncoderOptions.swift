import Diagnostics

/// How an encoder is to read texts, where not as its files say.
package struct EncoderOptions: Hashable, Sendable {
    /// Positions for longer texts, as a person names them: `linear:4`, `ntk:3`, `grouped`, `model+log`; nil: the model's own.
    package var positions: String?
    /// `selfextend:GROUP:WINDOW`; nil: every token sees the others where they are.
    package var method: String?
    /// The most tokens of a text; nil: what positions and method reach.
    package var contextLength: Int?
    /// What attention's scores are divided by before the softmax: below 1 attention is sharper.
    /// (Zhou et al., Length-Induced Embedding Collapse in PLM-based Models, 2024: TempScale.)
    package var temperatureScale = 1.0
    /// How many tokens, the first ones of every text, see all of it and are seen by all, in models that have such.
    package var globalTokens = 0
    /// How far short texts are filled up, in models that were trained so; nil: as they were.
    package var padding: TextPadding?

    /// What temperatures may be.
    package static let temperatures = 1e-4...1e6

    package init() {}

    /// Whether anything was said about how long texts may be.
    package var choosesLength: Bool { positions != nil || method != nil || contextLength != nil }
}

/// How far texts are filled up with padding tokens by models whose layers see these.
package enum TextPadding: String, CaseIterable, Sendable {
    /// To the whole window.
    case window
    /// Not at all: quicker, and other vectors.
    case none
}

/// Why an encoder cannot read texts as it was asked to.
package enum EncoderError: Failure, Hashable {
    case methodCannotServe(method: String, reason: String)
    case beyondTable(length: Int, rows: Int)
    case noGlobalTokens(architecture: String)
    case temperatureOutOfRange(Double)
    case noAttention(option: String, architecture: String)
    case noPadding(architecture: String)
    case beyondTaps(length: Int, taps: Int)

    package var kind: FailureKind { .usage }

    package var description: String {
        switch self {
        case .methodCannotServe(let method, let reason): "The method \"\(method)\" cannot serve this model: \(reason)."
        case .beyondTable(let length, let rows):
            "The model has learned positions for \(rows) tokens, fewer than the \(length) of --context-length; choose with --positions how a "
                + "longer text reads them: linear, grouped or recurrent."
        case .noGlobalTokens(let architecture):
            "Models of the architecture \"\(architecture)\" have no global tokens that a caller could choose; leave --global-tokens out."
        case .noAttention(let option, let architecture):
            "\(option) changes attention or its positions, and models of the architecture \"\(architecture)\" have none; leave it out."
        case .noPadding(let architecture):
            "Models of the architecture \"\(architecture)\" read texts without padding; leave --padding out."
        case .beyondTaps(let length, let taps):
            "The model's convolutions reach over \(taps) tokens, fewer than the \(length) of --context-length; ask for less."
        case .temperatureOutOfRange(let scale):
            "A temperature scale of \(scale) makes no sense; it must be from \(EncoderOptions.temperatures.lowerBound) to "
                + "\(EncoderOptions.temperatures.upperBound), and 1 changes nothing."
        }
    }
}
