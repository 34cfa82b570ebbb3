import ArgumentParser
import Retrieval

/// `apus search`: passages of an index by what they mean and say.
struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Search documents and code that were indexed.",
        discussion: """
            Finds the passages whose vectors are nearest to the query's, and those that have its words, and fuses the two rankings. --mode \
            vectors or words searches by one alone. In a large index the cells nearest to the query are looked into; --exact goes over all \
            vectors, and --share says how many of the cells.

            With --json: {"query", "mode", "results": [{"file", "start", "end", "first_line", "last_line", "title", "text", "score", "cosine", \
            "vector_rank", "word_rank", "block": {"start", "end", "first_line", "last_line", "cosine"}}], "timing": {"embed_seconds", \
            "search_seconds"}}; offsets are bytes of the file, first_page and last_page stand for lines in PDF files, whose offsets are those \
            of the text taken out; block is the part of long code that is nearest. With --queries a line for each.

            EXAMPLES
              apus search "where is the cache truncated"
              apus search "Who keeps the key?" --index library.index --limit 3 --json
            """)

    @Argument(help: ArgumentHelp("What is searched.", valueName: "query"))
    var query: String?

    @Option(help: ArgumentHelp("A file of queries, one on each line, in place of one.", valueName: "path"), completion: .file())
    var queries: String?

    @OptionGroup
    var indexOptions: IndexOptions

    @Option(help: ArgumentHelp("The model. (default: where the index was made with it)", valueName: "path"), completion: .file())
    var model: String?

    @Option(help: ArgumentHelp("hybrid, vectors or words.", valueName: "mode"))
    var mode = SearchMode.hybrid

    @Option(help: ArgumentHelp("Results at most.", valueName: "n"))
    var limit = 10

    @Flag(help: "Compare the query with all vectors.")
    var exact = false

    @Option(help: ArgumentHelp("The share of the cells that are looked into. (default: \(SearchMode.usualShare))", valueName: "fraction"))
    var share: Double?

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    private static let limits = 1...10_000

    func validate() throws {
        if (query == nil) == (queries == nil) { throw ValidationError("Give a query, or --queries with a file of them.") }
        if let query, query.allSatisfy(\.isWhitespace) { throw ValidationError("The query is empty.") }
        if !Self.limits.contains(limit) { throw ValidationError("--limit must be at least 1 and at most 10000, not \(limit).") }
        if let share, !(share > 0 && share <= 1) { throw ValidationError("--share must be above 0 and at most 1, not \(share).") }
        if exact && share != nil { throw ValidationError("--exact looks into all cells; leave --share out.") }
        if mode == .words && (exact || share != nil || model != nil) {
            throw ValidationError("--mode words looks at no vectors; leave --exact, --share and --model out.")
        }
    }

    func run() async throws {
        #if SQLite
        try await SearchRun(command: self).perform()
        #else
        throw IndexError.unavailable
        #endif
    }
}

extension SearchMode: ExpressibleByArgument {}
