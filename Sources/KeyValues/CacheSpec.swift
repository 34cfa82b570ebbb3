import CKernels

/// How one layer keeps its keys and values, and what that costs. Planner and allocator read the same value.
package struct CacheSpec: Hashable, Sendable {
    /// Tokens in a page.
    package static let pageTokens = Int(PAGE_TOKENS)
    /// No head of a known model comes near; sizes computed from it cannot overflow.
    package static let largestDim = 1024

    package let keyType: CacheType
    package let valueType: CacheType
    /// Dimensions of one head's key and value.
    package let keyDim: Int
    package let valueDim: Int
    /// Key/value heads.
    package let heads: Int
    package let frame: KeyFrame

    package init(keyType: CacheType, valueType: CacheType, keyDim: Int, valueDim: Int, heads: Int, frame: KeyFrame = .page)
        throws(KeyValueError)
    {
        guard keyType != .q4 else { throw .unsupportedKeyType(keyType) }
        guard (1...Self.largestDim).contains(keyDim), (1...Self.largestDim).contains(valueDim) else {
            throw .headDimOutOfRange(keyDim: keyDim, valueDim: valueDim, largest: Self.largestDim)
        }
        guard (1...65_536).contains(heads) else { throw .headCountOutOfRange(heads) }
        self.keyType = keyType
        self.valueType = valueType
        self.keyDim = keyDim
        self.valueDim = valueDim
        self.heads = heads
        self.frame = frame
    }

    /// Bytes of one head's keys in a page.
    package var keyPageBytes: Int { key_block_bytes(keyType.element, Int32(keyDim)) }
    /// Bytes of one head's values in a page.
    package var valuePageBytes: Int { value_block_bytes(valueType.element, Int32(valueDim)) }
    /// Bytes that 64 tokens take, all heads together.
    package var pageBytes: Int { heads * (keyPageBytes + valuePageBytes) }
    /// The same per token, rounded up.
    package var bytesPerToken: Int { (pageBytes + Self.pageTokens - 1) / Self.pageTokens }

    /// What so many tokens take; pages are whole.
    package func bytes(tokens: Int) -> Int { (tokens + Self.pageTokens - 1) / Self.pageTokens * pageBytes }
}

extension CacheSpec: Codable {
    private enum CodingKeys: String, CodingKey { case keyType, valueType, keyDim, valueDim, heads, frame }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            keyType: values.decode(CacheType.self, forKey: .keyType), valueType: values.decode(CacheType.self, forKey: .valueType),
            keyDim: values.decode(Int.self, forKey: .keyDim), valueDim: values.decode(Int.self, forKey: .valueDim),
            heads: values.decode(Int.self, forKey: .heads), frame: values.decode(KeyFrame.self, forKey: .frame))
    }
}
