import ArgumentParser
import Documents
import Serving

/// Where a server listens, and to whom.
struct ListeningArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Listen on this name or number of the machine. (default: 127.0.0.1, this machine alone)", valueName: "host"))
    var host: String?

    @Option(help: ArgumentHelp("Listen on this port; 0 takes one that is free. (default: 8080)", valueName: "n"))
    var port: Int?

    @Option(
        help: ArgumentHelp("Serve only requests with this key, or another that is given; may be given several times.", valueName: "key"))
    var apiKey: [String] = []

    @Option(
        help: ArgumentHelp("Serve only requests with one of the keys in this file, a line each.", valueName: "file"), completion: .file())
    var apiKeyFile: String?

    @Flag(help: "Serve anybody who reaches a --host beyond this machine.")
    var noApiKey = false

    @Option(
        help: ArgumentHelp(
            "Let pages from this origin use the server, such as https://example.org, or * for all; may be given several times.",
            valueName: "origin"))
    var corsOrigin: [String] = []

    func validate() throws {
        if let port, !(0...65_535).contains(port) { throw ValidationError("--port must be from 0 to 65535, not \(port).") }
        if apiKey.contains("") { throw ValidationError("--api-key needs a key that is not empty.") }
        if noApiKey, !apiKey.isEmpty || apiKeyFile != nil {
            throw ValidationError("--no-api-key contradicts --api-key and --api-key-file.")
        }
    }

    func apply(to options: inout ServerOptions) throws {
        if let host { options.host = host }
        if let port { options.port = port }
        options.keys = APIKeys(apiKey + (try fileKeys))
        options.allowsNoKey = noApiKey
        options.origins = corsOrigin
    }

    private var fileKeys: [String] {
        get throws {
            guard let apiKeyFile else { return [] }
            let text = try PlainText(reading: apiKeyFile).text
            let keys = text.split(whereSeparator: \.isNewline).map { $0.trimmingPrefix(while: \.isWhitespace) }.filter { !$0.isEmpty }
            guard !keys.isEmpty else { throw CommandFailure.usage("\(apiKeyFile) holds no key; write one on a line.") }
            return keys.map(String.init)
        }
    }
}
