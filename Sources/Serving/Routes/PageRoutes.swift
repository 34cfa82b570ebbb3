import Diagnostics
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The page to use the server from, and the description of its interface.
struct PageRoutes: Sendable {
    fileprivate struct File: Sendable {
        let bytes: ByteBuffer
        let type: String
        let tag: String
    }

    /// By path. All files are read once, so that no path of a request ever names a file.
    private let files: [String: File]

    private static let index = "/index.html"
    private static let description = "/openapi.json"
    fileprivate static let types = [
        "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
        "svg": "image/svg+xml", "png": "image/png", "json": "application/json", "txt": "text/plain; charset=utf-8",
        "woff2": "font/woff2", "webmanifest": "application/manifest+json",
    ]
    /// The page runs what comes with it, talks to this server, and nothing else.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    /// Marks the code that the resources belong to.
    private final class Marker {}

    init() {
        let folder = ResourceFolder(of: "Serving", marker: Marker.self)
        var files: [String: File] = [:]
        if let page = folder.path(of: "Resources/page") {
            for name in FileManager.default.subpaths(atPath: page) ?? [] {
                files["/" + name] = File(path: page + "/" + name)
            }
        }
        files["/"] = files[Self.index]
        files[Self.description] = folder.path(of: "Resources/openapi.json").flatMap(File.init)
        self.files = files
    }

    /// The paths of what there is; anybody may see it.
    var paths: Set<String> { Set(files.keys) }

    func add(to routes: inout RouteTable) {
        for (path, file) in files {
            routes.get(path) { request, _ in Self.response(file, request) }
        }
    }

    private static func response(_ file: File, _ request: Request) -> Response {
        var response = Response(status: .ok, bytes: file.bytes, type: file.type)
        if request.headers[.ifNoneMatch]?.contains(file.tag) == true { response = Response(status: .notModified) }
        response.headers[.eTag] = file.tag
        response.headers[.cacheControl] = "no-cache"
        response.headers[.contentSecurityPolicy] = policy
        return response
    }
}

extension PageRoutes.File {
    fileprivate init?(path: String) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
            let data = FileManager.default.contents(atPath: path)
        else { return nil }
        let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
        self.init(
            bytes: ByteBuffer(bytes: data), type: PageRoutes.types[ending] ?? "application/octet-stream",
            tag: "\"\(Fingerprint(of: data))\"")
    }
}
