/// The methods of texts, lists and dictionaries.
enum MethodRegistry {
    static func hasMethod(_ name: String, of value: TemplateValue) -> Bool {
        switch value {
        case .string: TextMethods.names.contains(name)
        case .list(let list): ["index", "count"].contains(name) || (!list.isTuple && ListChange(rawValue: name) != nil)
        case .mapping: ["get", "items", "keys", "values", "copy"].contains(name) || MappingChange(rawValue: name) != nil
        default: false
        }
    }

    /// - Parameter place: the expression that gave the receiver; a method that changes a list or dictionary changes it there.
    static func call(
        _ name: String, of receiver: TemplateValue, at place: TemplateExpression, _ call: TemplateCall, _ run: TemplateRun
    ) throws(ChatTemplateError) -> TemplateValue {
        switch receiver {
        case .string(let text): return try TextMethods.call(name, of: text, call, run)
        case .list(let list):
            try run.spend(1 + list.elements.count * (call[0, "value"]?.size ?? 1))
            guard let change = ListChange(rawValue: name) else { return try read(name, list, call, run) }
            var elements = list.elements
            let result = try change.apply(to: &elements, call, run)
            try run.replace(place, with: run.checked(.list(elements)))
            return result
        case .mapping(let mapping):
            try run.spend(1 + mapping.entries.count)
            guard let change = MappingChange(rawValue: name) else { return try read(name, mapping, call, run) }
            var changed = mapping
            let result = try change.apply(to: &changed, call, run)
            try run.replace(place, with: run.checked(.mapping(changed)))
            return result
        default: throw run.failure(.unknown("method", name: name))
        }
    }

    private static func read(
        _ name: String, _ list: TemplateList, _ call: TemplateCall, _ run: TemplateRun
    ) throws(ChatTemplateError) -> TemplateValue {
        let wanted = call[0, "value"] ?? .none
        if name == "count" { return .integer(list.elements.count { $0.equals(wanted) }) }
        guard let index = list.elements.firstIndex(where: { $0.equals(wanted) }) else {
            throw run.invalid("the list does not hold what its index is asked for")
        }
        return .integer(index)
    }

    private static func read(
        _ name: String, _ mapping: TemplateMapping, _ call: TemplateCall, _ run: TemplateRun
    ) throws(ChatTemplateError) -> TemplateValue {
        switch name {
        case "items": return .list(mapping.entries.map { .tuple([$0.key, $0.value]) })
        case "keys": return .list(mapping.keys)
        case "values": return .list(mapping.entries.map(\.value))
        case "copy": return .mapping(mapping)
        default: return try mapping[run.key(call[0, "key"] ?? .none)] ?? call[1, "default"] ?? .none
        }
    }
}

/// Methods that change a list. Chat templates that go by the sandbox of `transformers` do without; some others use them.
enum ListChange: String {
    case append, extend, insert, pop, remove, reverse, clear

    func apply(
        to elements: inout [TemplateValue], _ call: TemplateCall, _ run: TemplateRun
    ) throws(ChatTemplateError) -> TemplateValue {
        let value = call[0, "value"] ?? .none
        switch self {
        case .append: elements.append(value)
        case .extend: elements += try run.elements(of: value)
        case .insert:
            let index = value.wholeNumber ?? 0, count = elements.count
            elements.insert(call[1, "object"] ?? .none, at: min(max(index < 0 ? index + count : index, 0), count))
        case .pop:
            let index = value.wholeNumber ?? -1, place = index < 0 ? index + elements.count : index
            guard elements.indices.contains(place) else { throw run.invalid("a list has no element \(index) to take out") }
            return elements.remove(at: place)
        case .remove:
            guard let place = elements.firstIndex(where: { $0.equals(value) }) else {
                throw run.invalid("a list does not hold what is to be taken out")
            }
            elements.remove(at: place)
        case .reverse: elements.reverse()
        case .clear: elements = []
        }
        return .none
    }
}

/// Methods that change a dictionary.
enum MappingChange: String {
    case update, pop, setdefault, clear

    func apply(
        to mapping: inout TemplateMapping, _ call: TemplateCall, _ run: TemplateRun
    ) throws(ChatTemplateError) -> TemplateValue {
        switch self {
        case .update:
            if case .mapping(let other) = call[0, ""] {
                for entry in other.entries { mapping.set(try run.key(entry.key), entry.key, entry.value) }
            }
            for (name, value) in call.named { mapping.set(TracedText(name), value) }
        case .pop:
            guard let value = mapping.remove(try run.key(call[0, "key"] ?? .none)) ?? call[1, "default"] else {
                throw run.invalid("a dictionary has no such entry to take out")
            }
            return value
        case .setdefault:
            let key = call[0, "key"] ?? .none, place = try run.key(key)
            if let value = mapping[place] { return value }
            let value = call[1, "default"] ?? .none
            mapping.set(place, key, value)
            return value
        case .clear: mapping = TemplateMapping()
        }
        return .none
    }
}

extension TemplateRun {
    /// Puts a changed list or dictionary where it came from, if that is a variable or part of one.
    func replace(_ place: TemplateExpression, with value: TemplateValue) throws(ChatTemplateError) {
        switch place.kind {
        case .name(let name): scope.owner(of: name)?.variables[name] = value
        case .member(let base, let name): try replaceEntry(.string(name), of: base, with: value)
        case .item(let base, let key): try replaceEntry(try evaluate(key), of: base, with: value)
        default: break
        }
    }

    private func replaceEntry(_ key: TemplateValue, of base: TemplateExpression, with value: TemplateValue) throws(ChatTemplateError) {
        switch try evaluate(base) {
        case .namespace(let number): namespaces[number].set(try self.key(key), key, value)
        case .mapping(var mapping):
            mapping.set(try self.key(key), key, value)
            try replace(base, with: checked(.mapping(mapping)))
        case .list(let list):
            guard let index = key.wholeNumber else { return }
            var elements = list.elements
            let place = index < 0 ? index + elements.count : index
            guard elements.indices.contains(place) else { return }
            elements[place] = value
            try replace(base, with: checked(.list(TemplateList(elements, isTuple: list.isTuple))))
        default: break
        }
    }
}
