import ApusTesting
import Diagnostics
import Foundation
import Synchronization
import Testing

@testable import Evaluation

@Suite("Downloads from the hub")
struct HubTests {
    /// Contents with the checksums that `git hash-object` and `sha256sum` give.
    private static let hello = (text: "hello\n", git: "ce013625030ba8dba906f756967f9e9ca394464a")
    private static let large = (text: "hello\n", sha256: "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03")
    private static let commit = "0123456789abcdef0123456789abcdef01234567"

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func listing(_ files: [String]) -> String { #"{"sha": "\#(Self.commit)", "siblings": [\#(files.joined(separator: ", "))]}"# }
    private func small(_ path: String) -> String { #"{"rfilename": "\#(path)", "size": 6, "blobId": "\#(Self.hello.git)"}"# }
    private func big(_ path: String, sha256: String = Self.large.sha256) -> String {
        #"{"rfilename": "\#(path)", "size": 6, "blobId": "x", "lfs": {"sha256": "\#(sha256)", "size": 6}}"#
    }

    private func download(_ server: TinyServer, token: String? = nil) throws -> HubDownload {
        var environment = ["HF_ENDPOINT": "http://127.0.0.1:\(server.port)/", "HF_HOME": folder.file("home"), "HOME": folder.path]
        environment["HF_TOKEN"] = token
        var download = HubDownload(try HubRepository("owner/texts"), settings: try HubSettings(environment: environment))
        download.pause = .milliseconds(10)
        return download
    }

    private func hub(_ files: [String], _ content: @escaping @Sendable (_ number: Int, _ request: String) -> TinyServer.Answer) throws
        -> TinyServer
    {
        let listing = listing(files)
        return try TinyServer { number, request in
            request.contains(" /api/datasets/owner/texts/revision/main?blobs=true ") ? .status(200, listing) : content(number, request)
        }
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test("Files stand where the hub's own library has them, the token is sent, and what is there is not asked for again")
    func layout() async throws {
        let server = try hub([small("data/a.txt"), big("b c.bin"), small("d.txt")]) { _, _ in .status(200, Self.hello.text) }
        let result = try await download(server, token: " secret\n").perform()
        let root = folder.file("home/hub/datasets--owner--texts")
        #expect(result.folder == root + "/snapshots/" + Self.commit && result.files == ["data/a.txt", "b c.bin", "d.txt"])
        #expect(try text(result.folder + "/data/a.txt") == "hello\n" && text(result.folder + "/b c.bin") == "hello\n")
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: result.folder + "/data/a.txt") == "../../../blobs/" + Self.hello.git)
        #expect(try text(root + "/refs/main") == Self.commit)
        // Two files with the same contents are one.
        #expect(result.byteCount == 12 && server.requests.count == 3)
        #expect(server.requests[1].contains(" /datasets/owner/texts/resolve/\(Self.commit)/data/a.txt "))
        #expect(server.requests[2].contains("/b%20c.bin ") && server.requests.allSatisfy { $0.contains("Authorization: Bearer secret") })
        let again = try await download(server).perform()
        #expect(again.byteCount == 0 && server.requests.count == 4 && again.folder == result.folder)
    }

    @Test("What was broken off is gone on with behind the last byte; a server that knows no ranges sends all of it once more")
    func resuming() async throws {
        let server = try hub([big("b.bin")]) { _, request in
            if request.contains("Range: bytes=3-") { return .status(206, "lo\n") }
            return .brokenOff("hel", length: 6)
        }
        let result = try await download(server).perform()
        #expect(try text(result.folder + "/b.bin") == "hello\n" && result.byteCount == 6 && server.requests.count == 3)
        try FileManager.default.removeItem(atPath: folder.file("home"))
        let blobs = folder.file("home/hub/datasets--owner--texts/blobs")
        try FileManager.default.createDirectory(atPath: blobs, withIntermediateDirectories: true)
        try "hexxx".write(toFile: blobs + "/\(Self.large.sha256).incomplete", atomically: false, encoding: .utf8)
        let plain = try hub([big("b.bin")]) { _, _ in .status(200, Self.hello.text) }
        #expect(try await text(download(plain).perform().folder + "/b.bin") == "hello\n")
        #expect(plain.requests[1].contains("Range: bytes=5-"))
    }

    @Test("Contents with another checksum are dropped and told")
    func damage() async throws {
        for file in [small("a.txt"), big("a.txt")] {
            let server = try hub([file]) { _, _ in .status(200, "hellO\n") }
            await #expect { _ = try await download(server).perform() } throws: { "\($0)".contains("a.txt") && "\($0)".contains("checksum") }
            let blobs = try FileManager.default.contentsOfDirectory(atPath: folder.file("home/hub/datasets--owner--texts/blobs"))
            #expect(blobs.isEmpty)
        }
    }

    @Test("A busy hub is asked again when it says; a refusal is not, and says what may help")
    func failures() async throws {
        let busy = try hub([small("a.txt")]) { number, _ in
            number < 3 ? .status(503, "", headers: ["Retry-After: 0"]) : .status(200, Self.hello.text)
        }
        #expect(try await download(busy).perform().byteCount == 6 && busy.requests.count == 4)
        let closed = try TinyServer { _, _ in .status(401, "") }
        await #expect(throws: HubError.refused("owner/texts", status: 401)) { try await download(closed).perform() }
        #expect(closed.requests.count == 1)
        let broken = try hub([small("a.txt")]) { _, _ in .status(500, "") }
        try FileManager.default.removeItem(atPath: folder.file("home"))
        await #expect { _ = try await download(broken).perform() } throws: { "\($0)".contains("a.txt") && "\($0)".contains("500") }
        #expect(broken.requests.count == 1 + 5)
        let cancellation = Cancellation()
        cancellation.cancel()
        await #expect(throws: Interrupted.self) { try await download(busy).perform(cancellation: cancellation) }
    }

    @Test("The token goes to no other host")
    func redirection() async throws {
        let other = try TinyServer { _, _ in .status(200, Self.hello.text) }
        let server = try hub([big("b.bin")]) { _, _ in .status(302, "", headers: ["Location: http://127.0.0.1:\(other.port)/stored"]) }
        let result = try await download(server, token: "secret").perform()
        #expect(try text(result.folder + "/b.bin") == "hello\n" && other.requests.count == 1)
        #expect(!other.requests[0].contains("secret") && server.requests[1].contains("secret"))
    }

    @Test("Patterns choose files; lists that make no sense, or lead elsewhere, are refused")
    func listings() throws {
        func files(_ patterns: String...) throws -> [String] {
            try HubListing(
                parsing: Array(listing([small("data/a.txt"), small("data/b.json"), small("c.txt")]).utf8), of: "n", patterns: patterns
            ).files.map(\.path)
        }
        #expect(try files() == ["data/a.txt", "data/b.json", "c.txt"] && files("*.txt") == ["data/a.txt", "c.txt"])
        #expect(try files("data/*") == ["data/a.txt", "data/b.json"] && files("c.txt", "d*b*n") == ["data/b.json", "c.txt"])
        #expect(throws: HubError.noFile("e*", repository: "n")) { try files("e*") }
        for text in [
            "", "[]", "{}", #"{"sha": "main", "siblings": []}"#, listing([]), listing([small("../a")]), listing([small("/a")]),
            listing([small("")]),
            listing([#"{"rfilename": "a"}"#]), listing([#"{"rfilename": "a", "blobId": "../../x"}"#]),
            listing([big("a", sha256: Self.hello.git)]),
        ] {
            #expect(throws: HubError.self, "\(text)") { try HubListing(parsing: Array(text.utf8), of: "n", patterns: []) }
        }
    }

    @Test("Names and addresses that are none are refused, and folders are found as by the hub's own library")
    func settings() throws {
        for name in ["", "a/b/c", "a//b", "../b", "a b", "a/b?c", "/"] {
            #expect(throws: HubError.badName(name)) { try HubRepository(name) }
        }
        #expect(throws: HubError.self) { try HubRepository("a/b", revision: "../x") }
        #expect(try HubRepository("bert", kind: .model).filePath("a b.txt", commit: "c") == "/bert/resolve/c/a%20b.txt")
        #expect(throws: HubError.badEndpoint("ftp://x")) { try HubSettings(environment: ["HF_ENDPOINT": "ftp://x"]) }
        func cache(_ environment: [String: String]) throws -> String { try HubSettings(environment: environment).cache }
        #expect(try cache(["HOME": "/u"]) == "/u/.cache/huggingface/hub" && cache(["XDG_CACHE_HOME": "/x"]) == "/x/huggingface/hub")
        #expect(try cache(["HF_HOME": "/h", "HOME": "/u"]) == "/h/hub" && cache(["HF_HUB_CACHE": "/c", "HF_HOME": "/h"]) == "/c")
        try FileManager.default.createDirectory(atPath: folder.file("h"), withIntermediateDirectories: true)
        try "kept\n".write(toFile: folder.file("h/token"), atomically: false, encoding: .utf8)
        #expect(try HubSettings(environment: ["HF_HOME": folder.file("h")]).token == "kept")
        #expect(try HubSettings(environment: ["HF_HOME": folder.file("h"), "HF_TOKEN": "set"]).token == "set")
        #expect(try HubSettings(environment: ["HF_HOME": folder.path]).token == nil)
    }

    @Test(
        "SHA-1 is that of the standard, at every end of a block",
        arguments: [
            (0, "da39a3ee5e6b4b0d3255bfef95601890afd80709"), (55, "c1c8bbdc22796e28c0e15163d20899b65621d65a"),
            (56, "c2db330f6083854c99d4b5bfb6e8f29f201be699"), (63, "03f09f5b158a7a8cdad920bddc29b81c18a551f5"),
            (64, "0098ba824b5c16427bd7a1122a5a442a25ec644d"), (119, "ee971065aaa017e0632a8ca6c77bb3bf8b1dfc56"),
            (120, "f34c1488385346a55709ba056ddd08280dd4c6d6"), (1000, "291e9a6c66994949b57ba5e650361e98fc36b1ba"),
        ])
    func digests(count: Int, wanted: String) {
        #expect(GitBlobName.digest(of: Array(repeating: UInt8(ascii: "a"), count: count)) == wanted)
    }

    @Test("A file of several megabytes has the checksum of its contents, and reading it piece by piece can be interrupted")
    func largeFiles() throws {
        let bytes = (0..<(2 << 20) + 12_345).map { UInt8(truncatingIfNeeded: $0 / 7) }, path = try folder.write(bytes, as: "large")
        func file(_ digits: Int) -> HubListing.File {
            HubListing.File(path: "large", size: bytes.count, checksum: String(repeating: "0", count: digits))
        }
        #expect(try file(64).digest(ofFileAt: path, cancellation: Cancellation()) == "\(SHA256Digest(of: bytes))")
        let name = GitBlobName.digest(of: Array("blob \(bytes.count)\0".utf8) + bytes)
        #expect(try file(40).digest(ofFileAt: path, cancellation: Cancellation()) == name)
        let cancellation = Cancellation()
        cancellation.cancel()
        #expect(throws: Interrupted.self) { try file(64).digest(ofFileAt: path, cancellation: cancellation) }
    }
}
