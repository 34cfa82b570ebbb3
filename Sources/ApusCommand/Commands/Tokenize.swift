import ArgumentParser
import Tokenizers

/// `apus tokenize`: a text as the model sees it.
struct Tokenize: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Cut a text into tokens.",
        discussion: """
            Prints the ids of the tokens on one line. With --pieces, prints a line for each token: its id, the bytes of the text where it \
            starts and ends, and its piece as a JSON string, with tabs between them.

            With --json: {"ids": […]}, and with --pieces also {"pieces": [{"id", "text", "start", "end"}]}. Where a piece holds part of \
            a character only, its text shows U+FFFD; the offsets are exact.

            EXAMPLES
              apus tokenize book.txt --model model.gguf
              apus tokenize --text "Who keeps the key?" --pieces --model model.gguf
              apus tokenize book.txt --model model-folder

            MODEL may also be a tokenizer.json, a tokenizer.model, or a folder that holds one.
            """)

    @OptionGroup
    var input: InputText

    @Flag(help: "Show each token's piece and where it stands in the text.")
    var pieces = false

    @Flag(help: "Add the tokens for the beginning and the end of a text where the model wants them.")
    var addSpecial = false

    @Flag(help: "Read the names of control tokens in the text, such as <|im_start|>, as those tokens.")
    var parseSpecial = false

    @OptionGroup
    var modelOptions: ModelOptions

    @OptionGroup
    var common: CommonOptions

    func run() throws {
        let text = try input.bytes()
        let tokenizer = try Tokenizer(modelAt: modelOptions.path())
        let tokens = tokenizer.encodeWithOffsets(text, addSpecial: addSpecial, parseSpecial: parseSpecial)
        let listing = TokenListing(tokens: tokens, tokenizer: tokenizer, showsPieces: pieces)
        if common.json {
            try StandardOutput().write(listing.json)
        } else {
            try StandardOutput().write(listing.text)
        }
    }
}

/// Tokens in the forms that `apus tokenize` prints.
struct TokenListing {
    let tokens: TokenizedText
    let tokenizer: Tokenizer
    let showsPieces: Bool

    var json: JSON {
        let ids = ("ids", JSON.integers(tokens.ids))
        guard showsPieces else { return JSON(dictionaryLiteral: ids) }
        return JSON(dictionaryLiteral: ids, ("pieces", .array(tokens.ids.indices.map(piece))))
    }

    var text: String {
        guard showsPieces else { return tokens.ids.map(String.init).joined(separator: " ") + "\n" }
        return tokens.ids.indices.map { index in
            let range = tokens.range(index)
            let piece = JSON.string(pieceText(index)).text
            return "\(tokens.ids[index])\t\(range.lowerBound)\t\(range.upperBound)\t\(piece)\n"
        }.joined()
    }

    private func piece(_ index: Int) -> JSON {
        let range = tokens.range(index)
        return [
            "id": .integer(Int(tokens.ids[index])), "text": .string(pieceText(index)), "start": .integer(range.lowerBound),
            "end": .integer(range.upperBound),
        ]
    }

    private func pieceText(_ index: Int) -> String {
        String(decoding: tokenizer.piece(tokens.ids[index]), as: UTF8.self)
    }
}
