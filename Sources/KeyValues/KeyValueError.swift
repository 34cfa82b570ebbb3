import Diagnostics
import Tensors

/// Why a cache cannot be made or cannot grow.
package enum KeyValueError: Failure, Hashable {
    case unsupportedKeyType(CacheType)
    case headDimOutOfRange(keyDim: Int, valueDim: Int, largest: Int)
    case headCountOutOfRange(Int)
    case cannotSpill(MemoryError)
    case outOfMemory(byteCount: Int)
    case pageDoesNotFit(index: Int, pages: Int)
    case pageTooSmall(byteCount: Int, needed: Int)
    case pageMisaligned(offset: Int)
    case openPageCannotGrow(index: Int)

    package var kind: FailureKind {
        switch self {
        case .unsupportedKeyType: .usage
        case .headDimOutOfRange, .headCountOutOfRange, .pageDoesNotFit, .pageTooSmall, .pageMisaligned: .badData
        case .cannotSpill(let error): error.kind
        case .outOfMemory, .openPageCannotGrow: .internal
        }
    }

    package var description: String {
        switch self {
        case .unsupportedKeyType(let type):
            "Keys cannot be cached as \(type.rawValue), which is for values only; choose f32, bf16, f16 or q8 for keys."
        case .headDimOutOfRange(let keyDim, let valueDim, let largest):
            "Heads with \(keyDim) key and \(valueDim) value dimensions cannot be cached; both must lie between 1 and \(largest)."
        case .headCountOutOfRange(let heads):
            "A layer with \(heads) key/value heads cannot be cached; there must be between 1 and 65536."
        case .cannotSpill(let error): "The cache passes --memory-limit. " + error.description
        case .outOfMemory(let byteCount):
            "The system has no \(byteCount) bytes left for the cache; choose a smaller cache type or a method with a window."
        case .pageDoesNotFit(let index, let pages):
            "Page \(index) cannot be put into a table of \(pages) pages; pages must be handed over in order."
        case .pageTooSmall(let byteCount, let needed):
            "A cache page of \(byteCount) bytes is shorter than the \(needed) bytes of its type; the reading is damaged."
        case .pageMisaligned(let offset):
            "A cache page begins at byte \(offset), which is not a multiple of \(Page.alignment); the reading is damaged."
        case .openPageCannotGrow(let index):
            "Page \(index) of the cache is part-filled, but it was dropped or its positions are scattered, so no tokens can follow in it; "
                + "read the text again."
        }
    }
}
