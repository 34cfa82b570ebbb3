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

    private static func name(_ layer: Int, _ what: String) -> String { "layers.\(layer).\(what)" }

    // MARK: Writing

    /// Writes the pages `pages` of every layer and head that are still there.
    func write(_ cache: KeyValueCache, pages: Range<Int>) throws {
        let layers = cache.specs.indices.map { layer in
            (0..<cache.specs[layer].heads).flatMap { head in
                pages.compactMap { index in cache.page(layer: layer, head: head, index: index).map { (head, index, $0) } }
            }
        }
        var writer = try SafetensorsWriter(path: path, tensors: zip(layers, cache.specs).enumerated().flatMap { layer, content in
            [
                SafetensorsTensor(name: Self.name(layer, "keys"), element: .uint8, shape: [content.0.count, content.1.keyPageBytes]),
                SafetensorsTensor(name: Self.name(layer, "values"), element: .uint8, shape: [content.0.count, content.1.valuePageBytes]),
                SafetensorsTensor(name: Self.name(layer, "places"), element: .int32, shape: [content.0.count, 3]),
            ]
        })
        for (layer, content) in layers.enumerated() {
            for (_, _, page) in content { try writer.write(page.keyBytes, of: Self.name(layer, "keys")) }
            for (_, _, page) in content { try writer.write(page.valueBytes, of: Self.name(layer, "values")) }
            let places = content.flatMap { [Int32($0.0), Int32($0.1), Int32($0.2.count)] }
            try places.withUnsafeBytes { try writer.write($0, of: Self.name(layer, "places")) }
        }
        try writer.finish()
    }

    // MARK: Opening

    /// Maps the shard and gives its pages to a cache.
    ///
    /// - Parameter tokens: the tokens that count; pages beyond are those of a tail that was written again later.
    /// - Throws: `ReadingError.damaged` for contents that do not fit the cache's layout.
    func adopt(into cache: KeyValueCache, tokens: Range<Int>) throws {
        let file = try SafetensorsFile(path: path)
        for (layer, spec) in cache.specs.enumerated() {
            let places = try places(inLayer: layer, of: file)
            let keys = try record("keys", layer, shape: [places.count, spec.keyPageBytes], in: file)
            let values = try record("values", layer, shape: [places.count, spec.valuePageBytes], in: file)
            for (row, place) in places.enumerated() {
                let first = place.index * Page.tokens
                guard place.index >= 0, first >= tokens.lowerBound, (0..<spec.heads).contains(place.head) else {
                    throw damaged("a page of layer \(layer) has an impossible place")
                }
                guard first < tokens.upperBound else { continue }
                let filled = min(Page.tokens, tokens.upperBound - first)
                guard (filled...Page.tokens).contains(place.count) else { throw damaged("a page of layer \(layer) is not filled") }
                let page = Page(
                    memory: file.memory, keyOffset: keys.range.lowerBound + row * spec.keyPageBytes,
                    valueOffset: values.range.lowerBound + row * spec.valuePageBytes, spec: spec, start: first, count: filled)
                cache.adopt(page: page, layer: layer, head: place.head, index: place.index)
            }
        }
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
