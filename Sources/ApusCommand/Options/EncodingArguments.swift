import ArgumentParser
import Models
import Positions

/// How an encoder reads texts, where not as its files say.
struct EncodingArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Positions for texts beyond the window: linear:F, grouped:F or recurrent of models with learned positions; linear:F, ntk:F and all "
                + "others that docs/positions.md describes of rotary ones; with +log behind it queries are sharpened with the text's length. "
                + "(default: model)", valueName: "scheme"))
    var positions: String?

    @Option(
        help: ArgumentHelp("For rotary models, selfextend:G:W: groups of G beyond W tokens. (default: full)", valueName: "method"))
    var method: String?

    @Option(
        help: ArgumentHelp("The most tokens of a text. (default: as the model says, or as far as --positions reaches)", valueName: "tokens")
    )
    var contextLength: Int?

    @Option(
        help: ArgumentHelp(
            "What attention's scores are divided by: below 1 the vectors of long texts are less alike. The same for all texts that are to be "
                + "compared. (default: 1)", valueName: "t"))
    var temperatureScale: Double = 1

    @Option(
        help: ArgumentHelp(
            "Longformer: how many tokens, the first ones, see the whole text and are seen by all. (default: 0)", valueName: "n"))
    var globalTokens = 0

    @Option(
        help: ArgumentHelp(
            "M2-BERT: window, texts are filled up to the whole window, as it was trained; or none, which is quicker and makes other vectors. "
                + "(default: window)", valueName: "length"))
    var padding: TextPadding?

    func validate() throws {
        if let contextLength, contextLength < 1 {
            throw ValidationError("--context-length must be at least 1, not \(contextLength).")
        }
        guard EncoderOptions.temperatures.contains(temperatureScale) else {
            throw ValidationError("--temperature-scale must be a number above 0, not \(temperatureScale).")
        }
        if globalTokens < 0 { throw ValidationError("--global-tokens must be at least 0, not \(globalTokens).") }
    }

    var options: EncoderOptions {
        var options = EncoderOptions()
        options.positions = positions
        options.method = method
        options.contextLength = contextLength
        options.temperatureScale = temperatureScale
        options.globalTokens = globalTokens
        options.padding = padding
        return options
    }
}

extension TextPadding: ExpressibleByArgument {}
