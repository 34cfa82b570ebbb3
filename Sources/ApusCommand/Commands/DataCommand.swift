import ArgumentParser

/// `apus data`: what models are trained on.
struct DataCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Prepare what models are trained on.",
        discussion: """
            EXAMPLES
              apus data tokenizer books/ -o tokenizer.gguf --size 4096
              apus data lookups books/ --tokenizer tokenizer.gguf --set dense
              apus data log -o log.txt --words 20000 --seed 7
              apus data records sort books/ --length 4096 --tokenizer model.gguf -o data/textsort_4k.json
              apus data download wckwan/M4LE
              apus data shorten chapter.txt --without stop-words
            """,
        subcommands: [DataTokenizer.self, DataLookups.self, DataLog.self, DataShorten.self, DataRecords.self, DataDownload.self])
}
