import ArgumentParser
import Evaluation

/// Where the records of published benchmarks are.
struct PublishedArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            The folder with the records of a published benchmark, as its authors have it, or one with a folder for each benchmark: longbench, \
            leval, ... Several are searched one after the other; longbench=FOLDER is for one benchmark.
            """,
            valueName: "folder"),
        completion: .directory)
    var data: [String] = []

    @Option(
        help: ArgumentHelp(
            "The folder of an installed jieba 0.42.1, by which Chinese words are told apart. (default: characters count)",
            valueName: "folder"),
        completion: .directory)
    var jieba: String?

    func segmenter() throws -> WordSegmenter? { try jieba.map { try WordSegmenter(folder: $0) } }

    func folders() throws -> PublishedFolders { PublishedFolders(data, segmenter: try segmenter()) }

    func add(to words: inout CommandWords) {
        for folder in data { words.add("--data", folder) }
        words.add("--jieba", jieba)
    }
}
