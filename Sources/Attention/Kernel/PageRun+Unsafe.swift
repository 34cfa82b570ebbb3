import CKernels

/// Pages for the rows of a single token, gathered so that a kernel can begin with one while it ends another.
struct PageRun {
    private let context: AttentionContext
    private let views: UnsafeMutablePointer<PageView>
    /// How the rows turn for each page: `[capacity][2][pairs]`.
    private let angles: UnsafeMutablePointer<Float>
    private var count = 0

    private static let capacity = 16
    private static let viewBytes = (capacity * MemoryLayout<PageView>.stride + 63) / 64 * 64

    static func byteCount(entryCount: Int) -> Int { viewBytes + capacity * entryCount * MemoryLayout<Float>.stride }

    /// - Parameter memory: `byteCount` bytes, aligned to 64.
    init(context: AttentionContext, memory: UnsafeMutableRawPointer) {
        self.context = context
        views = memory.bindMemory(to: PageView.self, capacity: Self.capacity)
        angles = (memory + Self.viewBytes).assumingMemoryBound(to: Float.self)
    }

    private var entryCount: Int { context.table.entryCount }

    /// Adds a page to the run; one that comes with memory which the next page overwrites is attended to at once.
    mutating func add(_ view: PageView, angles own: UnsafePointer<Float>?, to block: AttentionBlock) {
        let standsAlone = view.masks != nil || view.distances != nil || view.slot_rotation != nil
        if standsAlone || count == Self.capacity { finish(block) }
        views[count] = view
        if let own { (angles + count * entryCount).update(from: own, count: entryCount) }
        count += 1
        if standsAlone { finish(block) }
    }

    /// Adds the pages gathered so far to the rows' state.
    mutating func finish(_ block: AttentionBlock) {
        guard count > 0 else { return }
        withUnsafePointer(to: block) { context.kernels.functions.few($0, views, Int32(count), entryCount > 0 ? angles : nil, entryCount) }
        count = 0
    }
}
