extension TemplateValue {
    /// Python's `==`.
    func equals(_ other: TemplateValue) -> Bool {
        switch (self, other) {
        case (.undefined, .undefined), (.none, .none): true
        case (.string(let one), .string(let other)): one == other
        case (.list(let one), .list(let other)):
            one.isTuple == other.isTuple && one.elements.count == other.elements.count
                && zip(one.elements, other.elements).allSatisfy { $0.equals($1) }
        case (.mapping(let one), .mapping(let other)):
            one.entries.count == other.entries.count
                && one.entries.allSatisfy { entry in
                    TemplateKey(entry.key).flatMap { other[$0] }.map(entry.value.equals) ?? false
                }
        case (.namespace(let one), .namespace(let other)), (.macro(let one), .macro(let other)), (.loop(let one), .loop(let other)):
            one == other
        case (.function(let one), .function(let other)): one == other
        default:
            if let one = wholeNumber, let other = other.wholeNumber {
                one == other
            } else if let one = realNumber, let other = other.realNumber {
                one == other
            } else {
                false
            }
        }
    }

    /// Python's `<`; nil where the two cannot be ordered.
    func precedes(_ other: TemplateValue) -> Bool? {
        switch (self, other) {
        case (.string(let one), .string(let other)):
            // UTF-8 sorts as its code points do.
            return one.bytes.lexicographicallyPrecedes(other.bytes)
        case (.list(let one), .list(let other)) where one.isTuple == other.isTuple:
            for (one, other) in zip(one.elements, other.elements) where !one.equals(other) { return one.precedes(other) }
            return one.elements.count < other.elements.count
        default:
            if let one = wholeNumber, let other = other.wholeNumber { return one < other }
            guard let one = realNumber, let other = other.realNumber else { return nil }
            return one < other
        }
    }

    /// An integer or a truth value.
    var wholeNumber: Int? {
        switch self {
        case .integer(let value): value
        case .bool(let value): value ? 1 : 0
        default: nil
        }
    }

    /// A number of any kind.
    var realNumber: Double? {
        if case .number(let value) = self { value } else { wholeNumber.map(Double.init) }
    }
}
