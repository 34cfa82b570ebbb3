import ApusTesting
import Generation
import Testing

@testable import ApusCommand

@Suite("Arguments of commands that run a model")
struct ArgumentTests {
    @Test("Without options the most likely token is always taken, and a reply has room for 256")
    func defaults() throws {
        let options = try ReplyArguments.parse([]).options()
        #expect(options.sampling == .greedy)
        #expect(options.maxTokens == 256 && options.stop.isEmpty && options.sources == 0)
    }

    @Test("Every sampling option reaches the library")
    func sampling() throws {
        let words = "--temperature 0.7 --top-k 40 --top-p 0.9 --min-p 0.05 --repetition-penalty 1.1 --seed 7 -n 12 --stop A --stop B"
        let reply = try ReplyArguments.parse(words.split(separator: " ").map(String.init))
        let expected = SamplingOptions(temperature: 0.7, topK: 40, topP: 0.9, minP: 0.05, repetitionPenalty: 1.1, seed: 7)
        #expect(reply.options(sources: 2).sampling == expected)
        #expect(reply.options().maxTokens == 12 && reply.options().stop == ["A", "B"])
        #expect(reply.given.filter(\.isGiven).count == 8)
    }

    @Test("Sampling options that cannot have an effect are refused, all of them by name")
    func withoutEffect() {
        let error = #expect(throws: (any Error).self) { try SamplingArguments.parse(["--top-k", "3", "--seed", "1"]) }
        let message = error.map { SamplingArguments.message(for: $0) } ?? ""
        #expect(message.contains("--top-k and --seed have no effect") && message.contains("--temperature"))
    }

    @Test(
        "Values out of range are refused",
        arguments: [
            ["--temperature", "-1"], ["--temperature", "1", "--top-p", "0"], ["-n", "0"], ["--stop", ""],
            ["--temperature", "0.5", "--top-k", "0"],
        ])
    func outOfRange(arguments: [String]) {
        #expect(throws: (any Error).self) { try ReplyArguments.parse(arguments) }
    }

    @Test("A number of threads that no machine has is refused", arguments: ["0", "1025", "1000000000", "9223372036854775807"])
    func threads(count: String) {
        #expect(throws: (any Error).self) { try CommonOptions.parse(["--threads", count]) }
    }

    @Test("A reading takes the method that is named, or that of the command")
    func method() throws {
        #expect(try ReadingArguments.parse([]).options().method == .full)
        #expect(try ReadingArguments.parse([]).options(method: .streaming(window: 60)).method == .streaming(window: 60))
        let given = try ReadingArguments.parse(["--method", "sliding:8", "--cache-type", "q8:q4", "--context-length", "99"])
        #expect(given.options().method == .sliding(window: 8))
        #expect(given.options().cacheType == "q8:q4" && given.options().contextLength == 99)
        #expect(throws: (any Error).self) { try ReadingArguments.parse(["--context-length", "0"]) }
    }

    @Test("Benchmarks are named right behind `apus eval`")
    func benchmarks() throws {
        let arguments = ["eval", "passkey", "needle", "-o", "results", "--length", "512,1024", "--model", "m.gguf"]
        let run = try #require(try ApusCommand.parseAsRoot(arguments) as? EvalRun)
        #expect(run.benchmarks == ["passkey", "needle"] && run.texts.length.numbers == [512, 1024] && run.output == "results")
        #expect(throws: (any Error).self) { try ApusCommand.parseAsRoot(arguments + ["--cases", "0"]) }
        #expect(throws: (any Error).self) { try ApusCommand.parseAsRoot(["eval", "-o", "results", "--model", "m.gguf"]) }
    }

    @Test("Sizes are numbers with a unit of bytes")
    func sizes() throws {
        let sizes = ["4GiB": 4 << 30, "512MiB": 512 << 20, "1.5k": 1536, "2GB": 2_000_000_000, "65536": 65536, "1 MB": 1_000_000]
        for (text, bytes) in sizes { #expect(ByteSize(argument: text)?.bytes == bytes) }
        for text in ["", "GiB", "0", "-1", "4XiB", "1e9", "1.2.3M", "9999999999TiB"] { #expect(ByteSize(argument: text) == nil) }
        #expect(try ReadingArguments.parse(["--memory-limit", "4GiB"]).memoryLimit?.bytes == 4 << 30)
    }

    @Test("Idle options are listed in one sentence")
    func idle() throws {
        #expect(IdleOptions.message([], reason: "r") == nil)
        #expect(IdleOptions.message(["--a"], reason: "r") == "--a has no effect here, because r.")
        #expect(IdleOptions.message(["--a", "--b", "--c"], reason: "r") == "--a, --b and --c have no effect here, because r.")
        try IdleOptions.refuse([("--a", false)], because: "r")
        #expect(throws: CommandFailure.self) { try IdleOptions.refuse([("--a", false), ("--b", true)], because: "r") }
    }

    @Test("Lists of numbers have commas between them", arguments: zip(["512", "512,4096", "0,1"], [[512], [512, 4096], [0, 1]]))
    func numberList(text: String, numbers: [Int]) {
        #expect(NumberList(argument: text)?.numbers == numbers)
        #expect(NumberList(numbers).defaultValueDescription == text)
    }

    @Test("What is no list of numbers is refused", arguments: ["", ",", "5,", "5,x", "-1", "3,3", "1 2", "99999999999999999999"])
    func noNumberList(text: String) {
        #expect(NumberList(argument: text) == nil)
    }

    @Test("A folder is a saved reading, and stands alone")
    func textSource() throws {
        let isFolder = { (name: String) in name.hasSuffix(".reading") }
        #expect(try TextSource(["a.txt", "-"], isFolder: isFolder) == .files(["a.txt", "-"]))
        #expect(try TextSource(["a.reading"], isFolder: isFolder) == .reading(folder: "a.reading"))
        let error = #expect(throws: CommandFailure.self) { try TextSource(["a.txt", "b.reading"], isFolder: isFolder) }
        #expect(error?.description.contains("--append -o b.reading") == true)
    }

    @Test("Folders, files and names of nothing are told apart")
    func paths() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write([0x61], as: "a.txt")
        #expect(TextSource.isFolder(folder.path) && !TextSource.isFile(folder.path))
        #expect(TextSource.isFile(file) && !TextSource.isFolder(file))
        #expect(!TextSource.isFile(folder.file("none")) && !TextSource.isFolder(folder.file("none")))
    }
}
