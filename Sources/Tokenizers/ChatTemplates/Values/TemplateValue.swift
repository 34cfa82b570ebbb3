/// What an expression of a template can be: Python's values, as far as templates use them.
///
/// Values do not change, apart from namespaces: those are numbers of a run's table, so that no value can hold itself.
enum TemplateValue: Sendable {
    /// A variable or member that is not there; the text says which.
    case undefined(String)
    case none
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(TracedText)
    case list(TemplateList)
    case mapping(TemplateMapping)
    case namespace(Int)
    case macro(Int)
    case loop(Int)
    case function(TemplateFunction)
    /// A method that is looked at but not called.
    case method(String)

    static func string(_ text: String) -> TemplateValue { .string(TracedText(text)) }
    static func list(_ elements: [TemplateValue]) -> TemplateValue { .list(TemplateList(elements)) }
    static func tuple(_ elements: [TemplateValue]) -> TemplateValue { .list(TemplateList(elements, isTuple: true)) }
}

/// Functions that are always there.
enum TemplateFunction: String, Sendable, CaseIterable {
    case range
    case dict
    case namespace
    case raise = "raise_exception"
    case dateNow = "strftime_now"
}

/// A list or a tuple.
struct TemplateList: Sendable {
    let elements: [TemplateValue]
    let isTuple: Bool
    /// How many values stand in each other at most.
    let depth: Int
    /// How many values there are in all; those that stand in several places count in each.
    let size: Int

    init(_ elements: [TemplateValue], isTuple: Bool = false) {
        self.elements = elements
        self.isTuple = isTuple
        depth = 1 + (elements.lazy.map(\.depth).max() ?? 0)
        size = elements.reduce(1) { min($0 + $1.size, TemplateValue.largestSize) }
    }
}

/// A dictionary, which keeps the order in which its keys came.
struct TemplateMapping: Sendable {
    private(set) var entries: [(key: TemplateValue, value: TemplateValue)] = []
    private var places: [TemplateKey: Int] = [:]
    /// How many values stand in each other at most.
    private(set) var depth = 1
    /// How many values there are in all; those that stand in several places count in each.
    private(set) var size = 1

    init() {}

    /// - Parameter entries: with keys that can be ones; of entries with the same key the last counts.
    init(_ entries: some Sequence<(TemplateKey, TemplateValue, TemplateValue)>) {
        for (place, key, value) in entries { set(place, key, value) }
    }

    var keys: [TemplateValue] { entries.map(\.key) }

    subscript(key: TemplateKey) -> TemplateValue? { places[key].map { entries[$0].value } }

    subscript(name: String) -> TemplateValue? { self[.string(TracedText(name))] }

    mutating func set(_ place: TemplateKey, _ key: TemplateValue, _ value: TemplateValue) {
        depth = Swift.max(depth, 1 + value.depth)
        size = min(size + 1 + value.size, TemplateValue.largestSize)
        if let index = places[place] {
            entries[index].value = value
        } else {
            places[place] = entries.count
            entries.append((key, value))
        }
    }

    mutating func set(_ name: TracedText, _ value: TemplateValue) { set(.string(name), .string(name), value) }

    /// Takes an entry out.
    mutating func remove(_ key: TemplateKey) -> TemplateValue? {
        guard let index = places.removeValue(forKey: key) else { return nil }
        for (other, place) in places where place > index { places[other] = place - 1 }
        return entries.remove(at: index).value
    }
}

/// A value by which a dictionary finds an entry.
enum TemplateKey: Hashable, Sendable {
    case undefined
    case none
    case integer(Int)
    case number(Double)
    case string(TracedText)
    case tuple([TemplateKey])

    /// nil for a value that changes or cannot be compared. True is the number 1, as in Python.
    init?(_ value: TemplateValue) {
        switch value {
        case .undefined: self = .undefined
        case .none: self = .none
        case .bool(let value): self = .integer(value ? 1 : 0)
        case .integer(let value): self = .integer(value)
        case .number(let value): self = Int(exactly: value).map(TemplateKey.integer) ?? .number(value)
        case .string(let text): self = .string(text)
        case .list(let list) where list.isTuple:
            let parts = list.elements.map { TemplateKey($0) }
            guard !parts.contains(where: { $0 == nil }) else { return nil }
            self = .tuple(parts.compactMap { $0 })
        default: return nil
        }
    }
}

extension TemplateValue {
    /// How many values stand in each other.
    var depth: Int {
        switch self {
        case .list(let list): list.depth
        case .mapping(let mapping): mapping.depth
        default: 0
        }
    }

    /// Sizes beyond this are this.
    static let largestSize = 1 << 40

    /// How many values stand in it, itself included: what a comparison may cost.
    var size: Int {
        switch self {
        case .list(let list): list.size
        case .mapping(let mapping): mapping.size
        default: 1
        }
    }

    /// Whether it counts as true.
    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .bool(let value): value
        case .integer(let value): value != 0
        case .number(let value): value != 0
        case .string(let text): !text.isEmpty
        case .list(let list): !list.elements.isEmpty
        case .mapping(let mapping): !mapping.entries.isEmpty
        case .namespace, .macro, .loop, .function, .method: true
        }
    }

    var isUndefined: Bool {
        if case .undefined = self { true } else { false }
    }

    var isNone: Bool {
        if case .none = self { true } else { false }
    }

    /// Python's name of its type.
    var typeName: String {
        switch self {
        case .undefined: "Undefined"
        case .none: "NoneType"
        case .bool: "bool"
        case .integer: "int"
        case .number: "float"
        case .string: "str"
        case .list(let list): list.isTuple ? "tuple" : "list"
        case .mapping: "dict"
        case .namespace: "Namespace"
        case .macro: "Macro"
        case .loop: "LoopContext"
        case .function, .method: "function"
        }
    }
}
