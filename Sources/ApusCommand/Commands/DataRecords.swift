import ArgumentParser
import Diagnostics
import Evaluation
import Foundation
import ModelFiles
import Tokenizers
import Training

/// `apus data records`: long records of published benchmarks' forms, made of a user's own texts.
struct DataRecords: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "records",
        abstract: "Make long test records out of your own texts.",
        discussion: """
            What benchmarks do to reach a length, with your texts and at any length:

            sort: four pieces of a book in a random order (Ada-LEval's TSort), of text files; --length in tokens
            best-answer: the accepted one of many answers (Ada-LEval's BestAnswer), of questions in the form of its files; --length in tokens
            continuation: the paragraph that goes on from another (M4LE), of text files; --buckets in words
            class-of-one, members-of-class, size-of-class: the class of a named article, the names of all of a class, or their number (M4LE), of \
            lines of JSON {"text", "label"}; --buckets in words
            question-about-one, question: a question about a named article, or one whose article has to be found (M4LE), of lines of JSON \
            {"text", "question", "answers"}; --buckets in words

            The output has the form that `apus eval` reads: name it as the task that is to be asked, such as textsort_4k.json for \
            ada-leval-tsort-4k, stackselect_8k.json for ada-leval-bestanswer-8k, wikitext-103.jsonl (continuation), \
            mnds-news_explicit-single.jsonl (class-of-one), mnds-news_explicit-multiple.jsonl (members-of-class), \
            mnds-news_semantic-multiple.jsonl (size-of-class) or newsqa.jsonl (questions) for m4le's tasks of these names. The same seed and \
            texts give the same records.

            With --json: {"output", "recipe", "records", "left_out"}.

            EXAMPLES
              apus data records sort books/ --length 4096 --count 100 --tokenizer model.gguf -o data/textsort_4k.json
              apus data records continuation books/ --buckets 1000,2000,4000 --count 50 -o data/wikitext-103.jsonl
              apus eval m4le-wikitext-103 --data data --length 8192 --model model.gguf -o results
            """)

    /// What can be made.
    enum Recipe: String, CaseIterable, ExpressibleByArgument {
        case sort, continuation, question
        case bestAnswer = "best-answer"
        case classOfOne = "class-of-one"
        case membersOfClass = "members-of-class"
        case sizeOfClass = "size-of-class"
        case questionAboutOne = "question-about-one"

        /// Whether lengths are counted in tokens.
        var countsTokens: Bool { self == .sort || self == .bestAnswer }
    }

    @Argument(help: ArgumentHelp("What to make.", valueName: "recipe"))
    var recipe: Recipe

    @Argument(help: ArgumentHelp("What to make it of.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(name: [.short, .long], help: ArgumentHelp("The file to write.", valueName: "path"), completion: .file())
    var output: String

    @Option(help: ArgumentHelp("Tokens of each prompt (sort, best-answer).", valueName: "n"))
    var length: Int?

    @Option(help: ArgumentHelp("The tokenizer that counts them, or a model with one.", valueName: "path"), completion: .file())
    var tokenizer: String?

    @Option(help: ArgumentHelp("The greatest lengths of records, in rising order (all others).", valueName: "n,…"))
    var buckets: NumberList?

    @Option(help: ArgumentHelp("Count these by words, or by characters as for Chinese.", valueName: "unit"))
    var unit: LengthUnit = .words

    @Option(help: ArgumentHelp("Records, of each bucket.", valueName: "n"))
    var count = 100

    @Option(help: ArgumentHelp("Which records of all that there could be; M4LE's own number.", valueName: "n"))
    var seed: UInt64 = 111

    @Flag(help: "Replace the output if it exists.")
    var force = false

    @OptionGroup
    var common: CommonOptions

    func validate() throws {
        if count < 1 { throw ValidationError("--count must be at least 1, not \(count).") }
        if recipe.countsTokens {
            guard let length, length > 0, tokenizer != nil else {
                throw ValidationError("\(recipe.rawValue) needs --length, in tokens, and --tokenizer, which counts them.")
            }
            if buckets != nil { throw ValidationError("--buckets is for records that are counted in words; leave it out.") }
        } else {
            guard let buckets, zip([0] + buckets.numbers, buckets.numbers).allSatisfy(<) else {
                throw ValidationError("\(recipe.rawValue) needs --buckets, lengths in rising order such as 1000,2000,4000.")
            }
            if length != nil || tokenizer != nil {
                throw ValidationError("--length and --tokenizer are for sort and best-answer; leave them out.")
            }
        }
    }

    func run() throws {
        try NewFile.check(output, force: force)
        var leftOut: [String] = []
        let records = recipe.countsTokens ? try ofTokens(&leftOut) : try ofWords()
        guard !records.isEmpty else { throw CommandFailure.usage(leftOut.first ?? "there is nothing to make records of") }
        // Ada-LEval's files are one array, M4LE's a line for each record.
        let text =
            recipe.countsTokens
            ? JSONValue.array(records).serialized(indentation: 1) + "\n" : records.map { $0.serialized() + "\n" }.joined()
        try AtomicFile.write(Array(text.utf8), to: output)
        if let first = leftOut.first { common.notes.note("\(leftOut.count) questions were left out; the first: \(first)") }
        if common.json {
            try StandardOutput().write(
                [
                    "output": .string(output), "recipe": .string(recipe.rawValue), "records": .integer(records.count),
                    "left_out": .integer(leftOut.count),
                ] as JSON)
        } else {
            try StandardOutput().write("\(Formatting.count(records.count)) records in \(output)\n")
        }
    }

    private func ofTokens(_ leftOut: inout [String]) throws -> [JSONValue] {
        guard let length, let path = tokenizer else { return [] }
        let tokenizer = try Tokenizer(modelAt: path)
        var random = CorpusRandom(seed: seed, length)
        if recipe == .sort {
            let made = try TextSortRecipe(CorpusText.read(files), length: length, tokenizer: tokenizer)
            return (0..<count).map { _ in made.record(&random) }
        }
        let made = try BestAnswerRecipe(files, length: length, tokenizer: tokenizer)
        var records: [JSONValue] = []
        for number in 0..<made.count where records.count < count {
            do throws(LongRecordError) {
                records.append(try made.record(number, &random))
            } catch {
                leftOut.append(error.description)
            }
        }
        return records
    }

    private func ofWords() throws -> [JSONValue] {
        let numbers = buckets?.numbers ?? []
        var records: [JSONValue] = []
        let make = try maker()
        for (above, bucket) in zip([0] + numbers, numbers) {
            var random = CorpusRandom(seed: seed, bucket)
            for _ in 0..<count { records.append(try make(above, bucket, &random)) }
        }
        return records
    }

    private func maker() throws -> (Int, Int, inout CorpusRandom) throws -> JSONValue {
        if let ability = AbilityRecipe.Ability(rawValue: recipe.rawValue) {
            let made = try AbilityRecipe(ability, items: ShortRecord.read(files), unit: unit)
            return { try made.record(above: $0, bucket: $1, &$2) }
        }
        let made = try ContinuationRecipe(CorpusText.read(files), unit: unit)
        return { try made.record(above: $0, bucket: $1, &$2) }
    }
}

extension LengthUnit: ExpressibleByArgument {}
