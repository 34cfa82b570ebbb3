import ArgumentParser
import Documents
import Generation
import ModelFiles

/// What a reply must look like.
struct FormArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("Hold the reply to the JSON Schema in this file; - for standard input.", valueName: "file"), completion: .file())
    var jsonSchema: String?

    @Flag(help: "Hold the reply to be a JSON object.")
    var jsonObject = false

    func validate() throws {
        if jsonSchema != nil && jsonObject { throw ValidationError("Give --json-schema or --json-object, not both.") }
    }

    /// What holds replies of a model to the form; nil where none is asked for.
    func grammar(for model: Model) throws -> ReplyGrammar? {
        let tokenizer = model.decoder.tokenizer
        if jsonObject { return try ReplyGrammar.anyJSON(tokenizer: tokenizer) }
        guard let jsonSchema else { return nil }
        return try ReplyGrammar(schema: JSONValue(parsing: Documents.FileBytes.read(jsonSchema), path: jsonSchema), tokenizer: tokenizer)
    }

    /// The names of all options of this group, and whether each was given.
    var given: [(name: String, isGiven: Bool)] {
        [("--json-schema", jsonSchema != nil), ("--json-object", jsonObject)]
    }
}
