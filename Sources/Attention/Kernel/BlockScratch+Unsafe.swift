import CKernels
import KeyValues

/// Where the working memory of a block of rows lies in one run of bytes.
struct BlockScratch {
    let state, queries, room, paired, angles, masks, distances, slopes, biases, pageAngles, slotAngles, slotOffsets, run: Int
    let byteCount: Int
    /// Bytes of a state, for those that are kept outside.
    var stateBytes: Int { queries }

    init(context: AttentionContext, tokens: Int) {
        let shape = context.layout.shape, rows = tokens * context.group, entry = context.table.entryCount
        var end = 0
        func take(_ bytes: Int) -> Int {
            defer { end += (bytes + 63) / 64 * 64 }
            return end
        }
        state = take(attention_state_bytes(shape, Int32(rows)))
        queries = take(context.kernels.functions.query_bytes(shape, Int32(rows)))
        room = take(context.kernels.functions.room_bytes(shape))
        paired = take(rows * context.layout.paddedKeyDim * 4)
        angles = take(tokens * entry * 4)
        masks = take(rows * 8)
        distances = take(rows * 4)
        slopes = take(rows * 4)
        biases = take(context.group * (context.rule.distanceBiases?.first?.count ?? 0) * 4)
        pageAngles = take(entry * 4)
        slotAngles = take(entry * CacheSpec.pageTokens * 4)
        slotOffsets = take(CacheSpec.pageTokens * 4)
        run = take(PageRun.byteCount(entryCount: entry))
        byteCount = end
    }
}
