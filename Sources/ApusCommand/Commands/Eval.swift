import ArgumentParser
import Evaluation

/// `apus eval`: how well a model does what it is for.
struct Eval: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure how well a model does what it is for.",
        discussion: """
            Benchmarks: \(BenchmarkRegistry.names.joined(separator: ", ")). `apus eval run --help` says more about them. \
            `recall` and `books` are the quick tests of training, `long-embed` and `collapse` those of vectors, \
            `arena` compares kinds of attention, `lengths` ways to tell positions.

            EXAMPLES
              apus eval passkey --length 1024,4096 --context-length 8192 --model model.gguf -o results
              apus eval needle long-facts --haystack book.txt --length 16384 --model model.gguf -o results
              apus eval ruler --length 4096 --method infllm -o results
              apus eval perplexity book.txt --length 16384 --model model.gguf -o results
              apus eval curves results/*/passkey -o passkey.svg
              apus eval longbench --data LongBench --length 8192 --model model.gguf -o results
              apus eval score leval --predictions quality.pred.jsonl
              apus eval recall --cases 500
              apus eval books book.txt
              apus eval long-embed --model all-MiniLM-L6-v2
              apus eval collapse --model all-MiniLM-L6-v2 --temperature-scale 0.8
              apus eval arena listops --length 100 --attention full,linear -o arena
              apus eval lengths copy-rsc --trained 10 -o lengths
            """,
        subcommands: [
            EvalRun.self, EvalPerplexity.self, EvalScore.self, EvalCurves.self, EvalRecall.self, EvalBooks.self, EvalLongEmbed.self,
            EvalCollapse.self, EvalArena.self, EvalLengths.self,
        ],
        defaultSubcommand: EvalRun.self)
}
