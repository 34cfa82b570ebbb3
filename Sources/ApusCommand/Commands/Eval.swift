import ArgumentParser

/// `apus eval`: how well a model does what it is for.
struct Eval: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure how well a model does what it is for.",
        discussion: """
            EXAMPLES
              apus eval lookups --model model.gguf --cases 100
              apus eval books book.txt --model model.gguf
            """,
        subcommands: [EvalLookups.self, EvalBooks.self])
}
