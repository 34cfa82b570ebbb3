import Diagnostics
import Foundation
import KeyValues
import ModelFiles

/// A shard: the pages of a run of tokens, as a safetensors file that is mapped when the reading is opened.
///
/// For each layer it holds `layers.L.keys` and `layers.L.values` `[pages, bytes of a page]` and `layers.L.places` `[pages, 3]`:
/// key/value head, page number in the sequence, tokens in the page. Pages that the method had dropped are not there.
struct ReadingShard {
    let path: String
    /// The identifier of the reading that it belongs to.
    let reading: String

    private static let readingKey = "reading"

    /// The name of the file that holds a run of tokens.
    static func fileName(_ tokens: Range<Int>) -> String { "shard-\(tokens.lowerBound)-\(tokens.upperBound).safetensors" }

    static func isFileName(_ name: String) -> Bool { name.hasPrefix("shard-") && name.hasSuffix(".safetensors") }

    private static func name(_ layer: Int, _ what: String) -> String { "layers.\(layer).\(what)" }

    // MARK: Writing

    /// Writes the pages `pages` of every layer and head that are still there.
    func write(_ cache: KeyValueCache, pages: Range<Int>) throws {
        let layers = cache.specs.indices.map { layer in StoredPages(cache, layer: layer, pages: pages) }
        var writer = try SafetensorsWriter(
            path: path, tensors: layers.flatMap(\.tensors), metadata: [Self.readingKey: reading])
        for layer in layers {
            for stored in layer.pages { try writer.write(layer.keyBytes(of: stored.page), of: Self.name(layer.layer, "keys")) }
            for stored in layer.pages { try writer.write(layer.valueBytes(of: stored.page), of: Self.name(layer.layer, "values")) }
            let places = layer.pages.flatMap { [Int32($0.head), Int32($0.index), Int32($0.count)] }
            try places.withUnsafeBytes { try writer.write($0, of: Self.name(layer.layer, "places")) }
            cache.arena.residents?.touch(layer.byteCount, runs: 2 * layer.spec.heads)
        }
        try writer.finish()
    }

    /// The pages of one layer that go into a shard.
    private struct StoredPages {
        struct Stored {
            let head, index, count: Int
            let page: Page
        }

        let layer: Int
        let spec: CacheSpec
        let pages: [Stored]

        init(_ cache: KeyValueCache, layer: Int, pages range: Range<Int>) {
            self.layer = layer
            spec = cache.specs[layer]
            pages = (0..<spec.heads).flatMap { head in
                zip(range, cache.pages(layer: layer, head: head)[range]).compactMap { index, entry in
                    entry.page.map { Stored(head: head, index: index, count: entry.count, page: $0) }
                }
            }
        }

        var tensors: [SafetensorsTensor] {
            [
                SafetensorsTensor(name: ReadingShard.name(layer, "keys"), element: .uint8, shape: [pages.count, spec.keyPageBytes]),
                SafetensorsTensor(name: ReadingShard.name(layer, "values"), element: .uint8, shape: [pages.count, spec.valuePageBytes]),
                SafetensorsTensor(name: ReadingShard.name(layer, "places"), element: .int32, shape: [pages.count, 3]),
            ]
        }

        var byteCount: Int { pages.count * (spec.keyPageBytes + spec.valuePageBytes) }

        func keyBytes(of page: Page) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: page.keys, count: spec.keyPageBytes) }

        func valueBytes(of page: Page) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: page.values, count: spec.valuePageBytes) }
    }

    // MARK: Opening

    /// Maps the shard and gives its pages to a cache. Pages that it does not hold count as dropped.
    ///
    /// - Parameter tokens: the tokens that count; pages beyond are those of a tail that was written again later.
    /// - Throws: `ReadingError.damaged` for contents that do not fit the cache's layout.
    func adopt(into cache: KeyValueCache, tokens: Range<Int>) throws {
        let file = try SafetensorsFile(path: path)
        guard file.metadata[Self.readingKey] == reading else { throw damaged("it belongs to another reading") }
        cache.arena.residents?.watch(file.memory)
        for (layer, spec) in cache.specs.enumerated() {
            cache.passOver(toToken: tokens.upperBound, layer: layer)
            let places = try places(inLayer: layer, of: file)
            let keys = try record("keys", layer, shape: [places.count, spec.keyPageBytes], in: file)
            let values = try record("values", layer, shape: [places.count, spec.valuePageBytes], in: file)
            for (row, place) in places.enumerated() {
                guard let count = try filledSlots(of: place, layer: layer, heads: spec.heads, tokens: tokens) else { continue }
                let page = try Page(
                    spec: spec, start: place.index * CacheSpec.pageTokens, memory: file.memory,
                    keyOffset: keys.range.lowerBound + row * spec.keyPageBytes,
                    valueOffset: values.range.lowerBound + row * spec.valuePageBytes)
                try cache.adopt(page: page, count: count, layer: layer, head: place.head, index: place.index)
            }
        }
    }

    /// How many of a page's tokens count; `nil` if it lies beyond them.
    private func filledSlots(of place: Place, layer: Int, heads: Int, tokens: Range<Int>) throws -> Int? {
        let (first, overflow) = place.index.multipliedReportingOverflow(by: CacheSpec.pageTokens)
        guard !overflow, first >= tokens.lowerBound, (0..<heads).contains(place.head) else {
            throw damaged("a page of layer \(layer) has an impossible place")
        }
        guard first < tokens.upperBound else { return nil }
        let filled = min(CacheSpec.pageTokens, tokens.upperBound - first)
        guard (filled...CacheSpec.pageTokens).contains(place.count) else {
            throw damaged("a page of layer \(layer) holds \(place.count) tokens where \(filled) are needed")
        }
        return filled
    }

    private struct Place {
        let head, index, count: Int
    }

    private func places(inLayer layer: Int, of file: SafetensorsFile) throws -> [Place] {
        let name = Self.name(layer, "places")
        guard let record = file.tensor(name), record.element == .int32, record.shape.count == 2, record.shape[1] == 3 else {
            throw damaged("the tensor \(name) is missing or of another shape")
        }
        let numbers = file.withBytes(of: record) { bytes in
            (0..<record.shape[0] * 3).map { Int(bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Int32.self)) }
        }
        return (0..<record.shape[0]).map { Place(head: numbers[3 * $0], index: numbers[3 * $0 + 1], count: numbers[3 * $0 + 2]) }
    }

    private func record(_ what: String, _ layer: Int, shape: [Int], in file: SafetensorsFile) throws -> SafetensorsRecord {
        let name = Self.name(layer, what)
        guard let record = file.tensor(name), record.element == .uint8, record.shape == shape else {
            throw damaged("the tensor \(name) is missing or of another shape")
        }
        return record
    }

    private func damaged(_ reason: String) -> ReadingError { .damaged(file: path, reason: reason) }
}
