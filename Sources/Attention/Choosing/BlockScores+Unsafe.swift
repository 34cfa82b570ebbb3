import CKernels
import KeyValues

/// The largest score that some queries have with the keys of blocks, straight from the pages.
struct BlockScores {
    private let layout: PageLayout
    private let pages: PageTable
    private let kernels: PanelKernels
    /// Turned to their positions, `[rows][paddedKeyDim]`.
    private let queries: [Float]
    /// Keys of a block; a power of two up to a page.
    private let blockLength: Int

    init(queries: [Float], blockLength: Int, layer: Int, head: Int, cache: KeyValueCache, kernels: PanelKernels) {
        layout = cache.layout(layer: layer)
        pages = cache.pages(layer: layer, head: head)
        self.kernels = kernels
        self.queries = queries
        self.blockLength = blockLength
    }

    /// Blocks whose page was dropped have minus infinity.
    func callAsFunction(_ blocks: [Int]) -> [Float] {
        let dimension = layout.paddedKeyDim, width = PanelKernelTable.width, rows = Int32(queries.count / dimension)
        var panel = [Float](repeating: 0, count: dimension * width), largest = [Float](repeating: 0, count: width)
        return blocks.map { block in
            let slots = block * blockLength..<(block + 1) * blockLength
            var best = -Float.infinity
            for first in stride(from: slots.lowerBound / width * width, to: slots.upperBound, by: width) {
                guard let keys = pages[first / CacheSpec.pageTokens].keys else { continue }
                kernels.keys(layout.shape, keys, Int32(first % CacheSpec.pageTokens), &panel)
                for lane in 0..<width { largest[lane] = -.infinity }
                kernels.largest(Int32(dimension), rows, queries, panel, &largest)
                for slot in slots.clamped(to: first..<first + width) { best = max(best, largest[slot - first]) }
            }
            return best
        }
    }
}
