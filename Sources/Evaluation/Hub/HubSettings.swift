import Foundation

/// Where the Hugging Face hub is, who asks, and where what was had from it is kept: by the variables that its own library reads.
package struct HubSettings: Sendable {
    /// `HF_ENDPOINT`, or the public hub.
    let endpoint: URL
    /// `HF_TOKEN`, or what `huggingface-cli login` has left.
    let token: String?
    /// `HF_HUB_CACHE`, or `hub` in `HF_HOME`.
    let cache: String

    /// - Throws: `HubError.badEndpoint` for what is no address of the web.
    package init(environment: [String: String]) throws(HubError) {
        func set(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let address = set("HF_ENDPOINT") ?? "https://huggingface.co"
        var base = address
        while base.hasSuffix("/") { base.removeLast() }
        guard let endpoint = URL(string: base), ["http", "https"].contains(endpoint.scheme?.lowercased()), endpoint.host?.isEmpty == false
        else { throw .badEndpoint(address) }
        self.endpoint = endpoint
        let user = set("HOME") ?? NSHomeDirectory()
        let home = set("HF_HOME") ?? (set("XDG_CACHE_HOME") ?? user + "/.cache") + "/huggingface"
        cache = set("HF_HUB_CACHE") ?? home + "/hub"
        let kept = try? String(contentsOfFile: set("HF_TOKEN_PATH") ?? home + "/token", encoding: .utf8)
        token = (set("HF_TOKEN") ?? kept).map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// A repository of the hub.
package struct HubRepository: Sendable {
    package enum Kind: String, CaseIterable, Sendable { case dataset, model }

    let kind: Kind
    /// "THUDM/LongBench".
    let name: String
    /// A branch, a tag or a commit.
    let revision: String

    /// - Throws: `HubError.badName` for what names no repository.
    package init(_ name: String, kind: Kind = .dataset, revision: String = "main") throws(HubError) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty && part != "." && part != ".." && part.utf8.allSatisfy { Self.letters.contains($0) }
        }
        guard (1...2).contains(parts.count), isPlain else { throw .badName(name) }
        guard !revision.isEmpty, !revision.contains(".."), revision.utf8.allSatisfy({ Self.letters.contains($0) || $0 == 0x2F }) else {
            throw .badName("\(name)@\(revision)")
        }
        (self.name, self.kind, self.revision) = (name, kind, revision)
    }

    private static let letters = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.".utf8)

    var listingPath: String { "/api/\(kind.rawValue)s/\(name)/revision/\(Self.escaped(revision))?blobs=true" }
    func filePath(_ file: String, commit: String) -> String {
        (kind == .dataset ? "/datasets/" : "/") + "\(name)/resolve/\(commit)/"
            + file.split(separator: "/").map { Self.escaped(String($0)) }.joined(separator: "/")
    }

    /// As the hub's own library calls its folder.
    var folderName: String { "\(kind.rawValue)s--" + name.replacing("/", with: "--") }

    private static func escaped(_ text: String) -> String {
        text.utf8.map {
            letters.contains($0) ? String(UnicodeScalar($0)) : "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true)
        }
        .joined()
    }
}
