import ArgumentParser
import Retrieval

/// `apus index`: documents and code, made ready for being searched.
struct IndexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Make documents and code ready to be searched.",
        discussion: """
            Splits files into passages at headings, paragraphs and sentences, and code into its functions and methods; embeds them and keeps \
            them in one file with their vectors and words. Folders are gone through for text, Markdown, HTML, PDF (by pdftotext of \
            poppler-utils) and programs in Swift, Python, C, C++, Go, JavaScript, TypeScript and Java; hidden files are left out. Run again, it \
            embeds only what has changed, and forgets what is gone. What was done when it is stopped or killed is kept, and several may \
            write to one index at a time.

            Long functions are encoded block by block. Their blocks' vectors become one: their mean, or with --aggregate max none but \
            the block nearest to a query counts; --aggregate first takes the first block alone, as if the code were cut.

            Model, prefixes, sizes and aggregation belong to an index; --rebuild makes it anew with others.

            With --json: {"index", "files": {"indexed", "unchanged", "removed", "total", "skipped": [{"file", "reason"}]}, "passages": \
            {"embedded", "kept", "total"}, "tokens": {"embedded", "cut"}, "vectors", "cells", "bytes", "seconds"}.

            EXAMPLES
              apus index docs Sources --model all-MiniLM-L6-v2
              apus index book.pdf --index library.index --model e5-small --prefix "passage: " --query-prefix "query: "
            """)

    @Argument(help: ArgumentHelp("Files and folders.", valueName: "path"), completion: .file())
    var paths: [String]

    @OptionGroup
    var indexOptions: IndexOptions

    @OptionGroup
    var modelOptions: ModelOptions

    @Option(
        help: ArgumentHelp(
            "How states become one vector: \(Pooling.allCases.map(\.rawValue).joined(separator: ", ")). (default: as the model says; where "
                + "it is silent, mean)", valueName: "kind"))
    var pooling: Pooling?

    @Option(help: ArgumentHelp("What stands before every passage, such as \"passage: \". (default: as the model says)", valueName: "text"))
    var prefix: String?

    @Option(help: ArgumentHelp("What stands before what is searched. (default: as the model says)", valueName: "text"))
    var queryPrefix: String?

    @Option(
        help: ArgumentHelp(
            "The most tokens of a passage of text, or a block of code. (default: 256, or what the model reads)", valueName: "n"))
    var passageTokens: Int?

    @Option(
        help: ArgumentHelp(
            "How blocks of long code become one: \(BlockAggregation.allCases.map(\.rawValue).joined(separator: ", ")). (default: mean)",
            valueName: "kind"))
    var aggregate: BlockAggregation?

    @Option(
        help: ArgumentHelp(
            "Pieces of code in a block and from one block to the next, such as 32,16. (default: as many as fit; the next block begins in "
                + "the middle)", valueName: "count,step"))
    var window: NumberList?

    @Flag(help: "Make the index anew.")
    var rebuild = false

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        if let passageTokens, passageTokens < 8 { throw ValidationError("--passage-tokens must be at least 8, not \(passageTokens).") }
        if let window {
            guard window.numbers.count == 2, window.numbers.allSatisfy({ $0 > 0 }), window.numbers[1] <= window.numbers[0] else {
                throw ValidationError("--window takes two numbers, such as 32,16: pieces in a block, and from one block to the next.")
            }
        }
    }

    func run() async throws {
        #if SQLite
        try await IndexingRun(command: self).perform()
        #else
        throw IndexError.unavailable
        #endif
    }
}

extension BlockAggregation: ExpressibleByArgument {}
