extension FilterRegistry {
    /// Filters that work on lists and dictionaries.
    static let lists: [String: Filter] = [
        "length": count, "count": count,
        "first": { (run, value, _) throws(ChatTemplateError) in
            try run.elements(of: value).first ?? .undefined("an empty list has no first element")
        },
        "last": { (run, value, _) throws(ChatTemplateError) in
            try run.elements(of: value).last ?? .undefined("an empty list has no last element")
        },
        "list": { (run, value, _) throws(ChatTemplateError) in .list(try run.elements(of: value)) },
        "reverse": { (run, value, _) throws(ChatTemplateError) in
            let elements = try run.elements(of: value)
            guard case .string = value else { return .list(elements.reversed()) }
            return .string(try run.joined(elements.reversed(), by: TracedText()))
        },
        "items": { (run, value, _) throws(ChatTemplateError) in
            if value.isUndefined { return .list([]) }
            guard case .mapping(let mapping) = value else { throw run.invalid("a value of type \(value.typeName) has no entries") }
            try run.spend(mapping.entries.count)
            return .list(mapping.entries.map { .tuple([$0.key, $0.value]) })
        },
        "map": map,
        "select": { (run, value, call) throws(ChatTemplateError) in try choose(run, value, call, by: nil, keeping: true) },
        "reject": { (run, value, call) throws(ChatTemplateError) in try choose(run, value, call, by: nil, keeping: false) },
        "selectattr": { (run, value, call) throws(ChatTemplateError) in
            try choose(run, value, call.dropping(1), by: call.positional.first ?? TemplateValue.none, keeping: true)
        },
        "rejectattr": { (run, value, call) throws(ChatTemplateError) in
            try choose(run, value, call.dropping(1), by: call.positional.first ?? TemplateValue.none, keeping: false)
        },
        "unique": unique,
        "sort": { (run, value, call) throws(ChatTemplateError) in
            let order = try Order(run, isCaseSensitive: call[1, "case_sensitive"], attribute: call[2, "attribute"])
            return .list(try order.sorted(run.elements(of: value), isReversed: call[0, "reverse"]?.isTrue ?? false))
        },
        "dictsort": sortedEntries,
        "min": { (run, value, call) throws(ChatTemplateError) in try extreme(run, value, call, isLargest: false) },
        "max": { (run, value, call) throws(ChatTemplateError) in try extreme(run, value, call, isLargest: true) },
        "sum": { (run, value, call) throws(ChatTemplateError) in
            var sum = call[1, "start"] ?? .integer(0)
            for element in try run.elements(of: value) {
                let part = try call[0, "attribute"].map { (name) throws(ChatTemplateError) in try run.attribute(name, of: element) }
                sum = try run.calculate(sum, .add, part ?? element)
            }
            return sum
        },
        "batch": batch,
    ]

    private static func count(_ run: TemplateRun, _ value: TemplateValue, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        guard case .string(let text) = value else { return .integer(try run.elements(of: value).count) }
        try run.spend(on: text)
        return .integer(text.count)
    }

    /// By a member, or through another filter.
    private static func map(_ run: TemplateRun, _ value: TemplateValue, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        var results: [TemplateValue] = []
        let attribute = call["attribute"], standard = call["default"]
        let name = attribute == nil ? try run.text(of: call[0, ""] ?? .undefined("")).string : ""
        // Like the filters that choose, this one takes nothing for an empty list.
        for element in value.isTrue ? try run.elements(of: value) : [] {
            if let attribute {
                let found = try run.attribute(attribute, of: element)
                results.append(found.isUndefined ? standard ?? found : found)
            } else {
                results.append(try run.apply(filterNamed: name, to: element, call.dropping(1)))
            }
            try run.spend()
        }
        return .list(results)
    }

    private static func choose(
        _ run: TemplateRun, _ value: TemplateValue, _ call: TemplateCall, by attribute: TemplateValue?, keeping: Bool
    ) throws(ChatTemplateError) -> TemplateValue {
        var chosen: [TemplateValue] = []
        let test = try call.positional.first.map { (name) throws(ChatTemplateError) in try run.text(of: name).string }
        for element in value.isTrue ? try run.elements(of: value) : [] {
            let tested = try attribute.map { (name) throws(ChatTemplateError) in try run.attribute(name, of: element) } ?? element
            let holds = try test.map { (name) throws(ChatTemplateError) in try run.holds(testNamed: name, for: tested, call.dropping(1)) }
            if (holds ?? tested.isTrue) == keeping { chosen.append(element) }
            try run.spend()
        }
        return .list(chosen)
    }

    private static func unique(_ run: TemplateRun, _ value: TemplateValue, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue
    {
        let order = try Order(run, isCaseSensitive: call[0, "case_sensitive"], attribute: call[1, "attribute"])
        var seen: Set<TemplateKey> = [], results: [TemplateValue] = []
        for element in try run.elements(of: value) where seen.insert(try run.key(order.key(of: element))).inserted {
            results.append(element)
        }
        return .list(results)
    }

    private static func sortedEntries(_ run: TemplateRun, _ value: TemplateValue, _ call: TemplateCall) throws(ChatTemplateError)
        -> TemplateValue
    {
        guard case .mapping(let mapping) = value else { throw run.invalid("a value of type \(value.typeName) has no entries") }
        let byValue = try run.text(of: call[1, "by"] ?? .string("key")).string == "value"
        let order = try Order(run, isCaseSensitive: call[0, "case_sensitive"], attribute: .integer(byValue ? 1 : 0))
        let entries = mapping.entries.map { TemplateValue.tuple([$0.key, $0.value]) }
        return .list(try order.sorted(entries, isReversed: call[2, "reverse"]?.isTrue ?? false))
    }

    private static func extreme(
        _ run: TemplateRun, _ value: TemplateValue, _ call: TemplateCall, isLargest: Bool
    ) throws(ChatTemplateError) -> TemplateValue {
        let order = try Order(run, isCaseSensitive: call[0, "case_sensitive"], attribute: call[1, "attribute"])
        var best: (element: TemplateValue, key: TemplateValue)?
        for element in try run.elements(of: value) {
            let key = try order.key(of: element)
            if let before = best?.key, try !(isLargest ? run.precedes(before, key) : run.precedes(key, before)) { continue }
            best = (element, key)
        }
        return best?.element ?? .undefined("an empty list has no least and no largest element")
    }

    private static func batch(_ run: TemplateRun, _ value: TemplateValue, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        let size = call[0, "linecount"]?.wholeNumber ?? 0, elements = try run.elements(of: value)
        guard (1...TemplateLimits.range).contains(size) else { throw run.invalid("a batch has at least one element") }
        var batches: [TemplateValue] = []
        for start in stride(from: 0, to: elements.count, by: size) {
            var batch = Array(elements[start..<min(start + size, elements.count)])
            if let filler = call[1, "fill_with"], !filler.isNone, batch.count < size {
                try run.spend(size)
                batch += Array(repeating: filler, count: size - batch.count)
            }
            batches.append(.list(batch))
        }
        return .list(batches)
    }
}

/// How values are ordered by filters: by a member, if one is named, and texts without regard to case unless that is wanted.
private struct Order {
    private let run: TemplateRun
    private let isCaseSensitive: Bool
    private let attribute: TemplateValue?

    init(_ run: TemplateRun, isCaseSensitive: TemplateValue?, attribute: TemplateValue?) throws(ChatTemplateError) {
        self.run = run
        self.isCaseSensitive = isCaseSensitive?.isTrue ?? false
        self.attribute = attribute.flatMap { $0.isNone ? nil : $0 }
    }

    func key(of element: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
        let value = try attribute.map { (name) throws(ChatTemplateError) in try run.attribute(name, of: element) } ?? element
        guard !isCaseSensitive, case .string(let text) = value else { return value }
        try run.spend(on: text)
        return .string(text.lowercased())
    }

    /// Elements with the same key stay in their order, in both directions. Merged from halves, since comparing may fail.
    func sorted(_ elements: [TemplateValue], isReversed: Bool) throws(ChatTemplateError) -> [TemplateValue] {
        var pairs: [(key: TemplateValue, element: TemplateValue)] = []
        for element in elements { pairs.append((try key(of: element), element)) }
        return try merged(pairs[...], isReversed).map(\.element)
    }

    private typealias Pair = (key: TemplateValue, element: TemplateValue)

    private func merged(_ pairs: ArraySlice<Pair>, _ isReversed: Bool) throws(ChatTemplateError) -> [Pair] {
        guard pairs.count > 1 else { return Array(pairs) }
        let middle = pairs.startIndex + pairs.count / 2
        var left = try merged(pairs[..<middle], isReversed)[...], right = try merged(pairs[middle...], isReversed)[...]
        var result: [Pair] = []
        try run.spend(pairs.count)
        while let one = left.first, let other = right.first {
            let takesRight = isReversed ? try run.precedes(one.key, other.key) : try run.precedes(other.key, one.key)
            result.append(takesRight ? other : one)
            if takesRight { right.removeFirst() } else { left.removeFirst() }
        }
        return result + left + right
    }
}

extension TemplateRun {
    /// A member by a name that may have dots, or an element by its number.
    func attribute(_ name: TemplateValue, of value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
        guard case .string(let path) = name else { return try item(name, of: value) }
        var value = value
        for part in path.string.split(separator: ".", omittingEmptySubsequences: false) {
            let key = Int(part).map(TemplateValue.integer) ?? .string(String(part))
            value = try item(key, of: value)
        }
        return value
    }
}
