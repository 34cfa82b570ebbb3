import CKernels

/// How the elements of cached keys and values are kept.
package enum CacheType: String, Codable, CaseIterable, Sendable {
    /// Four bytes: the reference.
    case f32
    /// Two bytes with 8 bits of precision: the default, used where it lies.
    case bf16
    /// Two bytes with 11 bits of precision, for exchange; slower than bf16.
    case f16
    /// One byte and a scale per token.
    case q8
    /// Half a byte and a scale per token; values only.
    case q4

    var element: CacheElement {
        switch self {
        case .f32: CACHE_F32
        case .bf16: CACHE_BF16
        case .f16: CACHE_F16
        case .q8: CACHE_Q8
        case .q4: CACHE_Q4
        }
    }
}

/// What the rotation of a cached key is relative to. Only differences of positions reach the scores, so all give the same ones.
package enum KeyFrame: String, Codable, CaseIterable, Sendable {
    /// The start of the key's own page: pages can be moved, shared at another offset and shown in another place for free.
    case page
    /// The start of the text: keys of different pages are comparable.
    case origin
    /// Nothing; keys are rotated when they are read. Needed where a policy gives keys positions of its own.
    case raw
}
