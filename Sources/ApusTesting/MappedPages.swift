import Foundation
import KeyValues

/// What the system says about temporary files that are mapped into this process. Linux tells it in `/proc/self/smaps`.
package enum MappedPages {
    private static let listing = "/proc/self/smaps"

    package static var canTell: Bool { FileManager.default.fileExists(atPath: listing) }

    /// One file's mapping.
    package struct Mapping {
        package let addresses: Range<UInt>
        package let path: String
        package fileprivate(set) var residentBytes = 0
    }

    /// The mappings of temporary files in which pages of these caches lie: other tests have some of their own.
    package static func spilled(of caches: KeyValueCache...) throws -> [Mapping] {
        let pages = caches.flatMap { cache in
            cache.specs.indices.flatMap { layer in
                (0..<cache.specs[layer].heads).flatMap { head in
                    cache.pages(layer: layer, head: head).compactMap { $0.keys.map { UInt(bitPattern: $0) } }
                }
            }
        }
        return try mappings().filter { mapping in
            mapping.path.contains("/apus-cache-") && pages.contains { mapping.addresses.contains($0) }
        }
    }

    private static func mappings() throws -> [Mapping] {
        var mappings: [Mapping] = []
        // The file says that it has no bytes, so it must be read to its end and not at once.
        let listing = try FileHandle(forReadingFrom: URL(fileURLWithPath: listing)).readToEnd() ?? Data()
        for line in String(decoding: listing, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            if words.first == "Rss:", words.count > 1, let kilobytes = Int(words[1]), !mappings.isEmpty {
                mappings[mappings.count - 1].residentBytes = kilobytes << 10
            } else if let range = words.first?.split(separator: "-"), range.count == 2, let first = UInt(range[0], radix: 16),
                let end = UInt(range[1], radix: 16), first < end
            {
                mappings.append(Mapping(addresses: first..<end, path: words.dropFirst(5).joined(separator: " ")))
            }
        }
        return mappings
    }
}
