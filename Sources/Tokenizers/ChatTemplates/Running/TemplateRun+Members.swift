extension TemplateRun {
    /// `value.name`: a method or a fixed member, otherwise an entry.
    func member(_ name: String, of value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
        try requireDefined(value)
        switch value {
        case .loop(let place): return loopMember(name, place) ?? absent(name, in: value)
        case .namespace(let number): return namespaces[number][name] ?? absent(name, in: value)
        case .macro(let number) where name == "name": return .string(macros[number].macro.name)
        case _ where MethodRegistry.hasMethod(name, of: value): return .method(name)
        case .mapping(let mapping): return mapping[name] ?? absent(name, in: value)
        default: return absent(name, in: value)
        }
    }

    /// `value[key]`: an entry or an element, otherwise a method.
    func item(_ key: TemplateValue, of value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
        try requireDefined(value)
        switch (value, key) {
        case (.mapping(let mapping), _):
            try spend(key.size - 1)
            if let key = TemplateKey(key), let found = mapping[key] { return found }
        case (.list(let list), _):
            if let index = key.wholeNumber { return element(index, of: list.elements) ?? absent("\(index)", in: value) }
        case (.string(let text), _):
            guard let index = key.wholeNumber else { break }
            try spend(text.bytes.count / 8)
            let offsets = text.characterOffsets, count = offsets.count - 1
            let place = index < 0 ? index + count : index
            guard (0..<count).contains(place) else { return absent("\(index)", in: value) }
            return .string(text[offsets[place]..<offsets[place + 1]])
        default: break
        }
        guard case .string(let name) = key else { return absent(key.typeName, in: value) }
        if case .mapping = value {
            return MethodRegistry.hasMethod(name.string, of: value) ? .method(name.string) : absent(name.string, in: value)
        }
        return try member(name.string, of: value)
    }

    private func element(_ index: Int, of elements: [TemplateValue]) -> TemplateValue? {
        let place = index < 0 ? index + elements.count : index
        return elements.indices.contains(place) ? elements[place] : nil
    }

    private func absent(_ name: String, in value: TemplateValue) -> TemplateValue {
        .undefined("a value of type \(value.typeName) has no '\(name)'")
    }

    private func loopMember(_ name: String, _ place: Int) -> TemplateValue? {
        guard loops.indices.contains(place) else { return nil }
        let loop = loops[place], count = loop.elements.count
        switch name {
        case "index": return .integer(loop.index + 1)
        case "index0": return .integer(loop.index)
        case "revindex": return .integer(count - loop.index)
        case "revindex0": return .integer(count - loop.index - 1)
        case "first": return .bool(loop.index == 0)
        case "last": return .bool(loop.index == count - 1)
        case "length": return .integer(count)
        case "depth": return .integer(1)
        case "depth0": return .integer(0)
        case "previtem": return loop.index > 0 ? loop.elements[loop.index - 1] : .undefined("there is no previous item")
        case "nextitem": return loop.index + 1 < count ? loop.elements[loop.index + 1] : .undefined("there is no next item")
        case "cycle", "changed": return .method(name)
        default: return nil
        }
    }

    // MARK: Slices

    func slice(
        _ base: TemplateExpression, _ start: TemplateExpression?, _ end: TemplateExpression?, _ step: TemplateExpression?
    ) throws(ChatTemplateError) -> TemplateValue {
        let value = try evaluate(base)
        try requireDefined(value)
        let bounds = (start: try bound(start), end: try bound(end), step: try bound(step) ?? 1)
        guard bounds.step != 0 else { throw invalid("the step of a slice is zero") }
        switch value {
        case .list(let list):
            let places = Self.places(bounds, count: list.elements.count)
            try spend(places.underestimatedCount)
            return .list(TemplateList(places.map { list.elements[$0] }, isTuple: list.isTuple))
        case .string(let text):
            try spend(on: text)
            let offsets = text.characterOffsets
            let places = Self.places(bounds, count: offsets.count - 1)
            if bounds.step == 1 {
                guard let first = places.first, let last = places.last else { return .string(TracedText()) }
                return .string(text[offsets[first]..<offsets[last + 1]])
            }
            var part = TracedText()
            for place in places { part.append(text[offsets[place]..<offsets[place + 1]]) }
            return .string(part)
        default: throw invalid("a value of type \(value.typeName) cannot be sliced")
        }
    }

    private func bound(_ expression: TemplateExpression?) throws(ChatTemplateError) -> Int? {
        guard let expression else { return nil }
        let value = try evaluate(expression)
        if value.isNone { return nil }
        guard let number = value.wholeNumber else { throw invalid("a slice is bounded by a value of type \(value.typeName)") }
        return number
    }

    /// The places of a slice, by Python's rule: negative bounds count from the end, and bounds beyond an end are at it.
    private static func places(_ bounds: (start: Int?, end: Int?, step: Int), count: Int) -> [Int] {
        let step = max(bounds.step, -count - 1)
        let lowest = step > 0 ? 0 : -1, highest = step > 0 ? count : count - 1
        func clamped(_ bound: Int) -> Int { min(max(bound < 0 ? bound + count : bound, lowest), highest) }
        let start = bounds.start.map(clamped) ?? (step > 0 ? lowest : highest)
        let end = bounds.end.map(clamped) ?? (step > 0 ? highest : lowest)
        return Array(stride(from: start, to: end, by: min(step, count + 1)))
    }
}
