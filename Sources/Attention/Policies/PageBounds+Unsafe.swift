import CKernels
import KeyValues
import Tensors

/// What LServe remembers: of each head that chooses, the bounds of its keys by runs of sixteen tokens, and which pages it chose last.
///
/// Only full pages have bounds; they are counted from the first page on.
struct PageBounds: SequenceMemory {
    /// Pages that one query chose, and the positions that they serve.
    struct Choice: Hashable, Sendable {
        var positions = 0..<0
        /// Ascending.
        var pages: [Int] = []
    }

    /// One key/value head.
    struct Head: Hashable, Sendable {
        /// Pages that have bounds.
        fileprivate(set) var pages = 0
        /// Panels of sixteen bounds, `[2][paddedKeyDim][16]`: four pages each. One array for each, so that a fork copies the last alone.
        fileprivate(set) var panels: [[Float]] = []
        fileprivate(set) var choice = Choice()
    }

    /// `[layers][key/value heads]`.
    var heads: [[Head]]
    /// The name of the method with its options.
    private let method: String

    init(method: String, for cache: KeyValueCache) {
        self.method = method
        heads = cache.specs.map { Array(repeating: Head(), count: $0.heads) }
    }

    fileprivate static let pagesPerPanel = PanelKernelTable.width / PanelKernelTable.perPage

    // MARK: SequenceMemory

    var byteCount: Int {
        heads.joined().reduce(0) { total, head in
            head.panels.reduce(total + head.choice.pages.count * MemoryLayout<Int>.stride) { $0 + $1.count * MemoryLayout<Float>.stride }
        }
    }

    mutating func truncate(to tokens: Int) -> Bool {
        for layer in heads.indices {
            for head in heads[layer].indices { heads[layer][head].truncate(to: tokens) }
        }
        return true
    }
}

extension PageBounds.Head {
    /// Adds the bounds of the pages that have none yet, up to a number of pages.
    mutating func extend(toPage end: Int, layer: Int, head: Int, cache: KeyValueCache, kernels: PanelKernels) {
        let layout = cache.layout(layer: layer), dimension = layout.paddedKeyDim, width = PanelKernelTable.width
        var keys = [Float](repeating: 0, count: dimension * width)
        for index in pages..<max(pages, end) {
            let panel = index / PageBounds.pagesPerPanel, firstLane = index % PageBounds.pagesPerPanel * PanelKernelTable.perPage
            if panel == panels.count { panels.append([Float](repeating: 0, count: 2 * dimension * width)) }
            guard let page = cache.page(layer: layer, head: head, index: index) else { continue }
            for part in 0..<PanelKernelTable.perPage {
                kernels.keys(layout.shape, page.keys, Int32(part * width), &keys)
                kernels.bounds(Int32(dimension), keys, Int32(firstLane + part), &panels[panel])
            }
        }
        pages = max(pages, end)
    }

    /// The largest score that any of the queries can have with any key of a page, of every page that has bounds:
    /// `u = Σ max(q · largest, q · smallest)`, the most over the page's runs of sixteen.
    /// - Parameter queries: turned to their positions, `[rows][paddedKeyDim]`.
    func scores(_ queries: [Float], dimension: Int, kernels: PanelKernels) -> [Float] {
        let rows = queries.count / dimension, split = Self.split(queries, dimension: dimension), lanes = PanelKernelTable.perPage
        var scores: [Float] = []
        scores.reserveCapacity(panels.count * PageBounds.pagesPerPanel)
        var largest = [Float](repeating: 0, count: PanelKernelTable.width)
        for panel in panels {
            for lane in largest.indices { largest[lane] = -.infinity }
            kernels.largest(Int32(2 * dimension), Int32(rows), split, panel, &largest)
            for first in stride(from: 0, to: largest.count, by: lanes) { scores.append(largest[first..<first + lanes].max() ?? 0) }
        }
        return Array(scores.prefix(pages))
    }

    /// Positive parts meet the largest elements and negative parts the smallest: `[rows][2][paddedKeyDim]`.
    private static func split(_ queries: [Float], dimension: Int) -> [Float] {
        stride(from: 0, to: queries.count, by: dimension).flatMap { first in
            let row = queries[first..<first + dimension]
            return row.map { max($0, 0) } + row.map { min($0, 0) }
        }
    }

    mutating func choose(_ pages: [Int], for positions: Range<Int>) {
        choice = PageBounds.Choice(positions: positions, pages: pages)
    }

    fileprivate mutating func truncate(to tokens: Int) {
        pages = min(pages, tokens / CacheSpec.pageTokens)
        let kept = (pages + PageBounds.pagesPerPanel - 1) / PageBounds.pagesPerPanel
        panels.removeLast(max(0, panels.count - kept))
        if choice.positions.lowerBound >= tokens || choice.pages.last ?? 0 >= pages { choice = PageBounds.Choice() }
    }
}

// MARK: Saving

extension PageBounds {
    var record: MemoryRecord {
        let pages = heads.joined().map(\.pages).max() ?? 0
        var record = MemoryRecord(method: method, tokens: pages * CacheSpec.pageTokens)
        for (layer, heads) in heads.enumerated() {
            for (index, head) in heads.enumerated() {
                record.floats["bounds.\(layer).\(index)"] = head.panels.flatMap(\.self)
                let choice = [head.pages, head.choice.positions.lowerBound, head.choice.positions.upperBound] + head.choice.pages
                record.integers["choice.\(layer).\(index)"] = choice.map(Int32.init)
            }
        }
        return record
    }

    /// - Returns: nil where the record doesn't fit the cache.
    init?(_ record: MemoryRecord, for cache: KeyValueCache) {
        self.init(method: record.method, for: cache)
        for layer in heads.indices {
            let dimension = cache.layout(layer: layer).paddedKeyDim
            for head in heads[layer].indices {
                guard let bounds = record.floats["bounds.\(layer).\(head)"], let choice = record.integers["choice.\(layer).\(head)"],
                    let saved = Head(bounds, choice: choice.map(Int.init), dimension: dimension, tokens: record.tokens)
                else { return nil }
                heads[layer][head] = saved
            }
        }
    }
}

extension PageBounds.Head {
    fileprivate init?(_ bounds: [Float], choice numbers: [Int], dimension: Int, tokens: Int) {
        let panel = 2 * dimension * PanelKernelTable.width
        let panels = (numbers.first.map { $0 + PageBounds.pagesPerPanel - 1 } ?? 0) / PageBounds.pagesPerPanel
        guard numbers.count >= 3, tokens >= 0, numbers.allSatisfy({ $0 >= 0 }), (0...tokens / CacheSpec.pageTokens).contains(numbers[0]),
            (0...numbers[2]).contains(numbers[1]),
            bounds.count == panels * panel, zip(numbers.dropFirst(3), numbers.dropFirst(4)).allSatisfy(<),
            numbers.dropFirst(3).allSatisfy((0..<max(1, numbers[1] / CacheSpec.pageTokens)).contains)
        else { return nil }
        pages = numbers[0]
        self.panels = stride(from: 0, to: bounds.count, by: panel).map { Array(bounds[$0..<$0 + panel]) }
        choice = PageBounds.Choice(positions: numbers[1]..<numbers[2], pages: Array(numbers[3...]))
    }
}
