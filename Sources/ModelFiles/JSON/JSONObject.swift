/// The members of a JSON object, in the order in which they were written.
///
/// Keys are told apart by their bytes: a vocabulary may hold both spellings of an accented letter. Two objects are equal if they have
/// equal members in the same order.
package struct JSONObject: Sendable {
    /// Objects of up to so many members are searched one by one.
    private static let fewMembers = 8

    private var keys: [String] = []
    private var values: [JSONValue] = []
    /// Where each key is; empty while there are few.
    private var places: [ExactKey: Int] = [:]

    package init() {}

    /// Of members with the same key the last counts.
    package init(_ members: some Sequence<(String, JSONValue)>) {
        for (key, value) in members { self[key] = value }
    }

    /// The value of a key. A new key goes to the end; nil removes the member.
    package subscript(key: String) -> JSONValue? {
        get { place(of: key).map { values[$0] } }
        set {
            guard let newValue else { return remove(key) }
            if let place = place(of: key) { values[place] = newValue } else { append(key, newValue) }
        }
    }

    /// Adds a member at the end.
    /// - Returns: whether it was added; a key that is there already keeps its value.
    mutating func add(_ key: String, _ value: JSONValue) -> Bool {
        guard place(of: key) == nil else { return false }
        append(key, value)
        return true
    }

    private mutating func append(_ key: String, _ value: JSONValue) {
        keys.append(key)
        values.append(value)
        if !places.isEmpty {
            places[ExactKey(text: key)] = keys.count - 1
        } else if keys.count > Self.fewMembers {
            index()
        }
    }

    private mutating func remove(_ key: String) {
        guard let place = place(of: key) else { return }
        keys.remove(at: place)
        values.remove(at: place)
        places = [:]
        if keys.count > Self.fewMembers { index() }
    }

    private mutating func index() {
        for (place, key) in keys.enumerated() { places[ExactKey(text: key)] = place }
    }

    private func place(of key: String) -> Int? {
        if !places.isEmpty { return places[ExactKey(text: key)] }
        return keys.firstIndex { $0.utf8.elementsEqual(key.utf8) }
    }
}

extension JSONObject: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { keys.count }
    package subscript(position: Int) -> (key: String, value: JSONValue) { (keys[position], values[position]) }
}

extension JSONObject: Hashable {
    package static func == (one: JSONObject, other: JSONObject) -> Bool {
        one.values == other.values && one.keys.elementsEqual(other.keys) { $0.utf8.elementsEqual($1.utf8) }
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(values) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral members: (String, JSONValue)...) { self.init(members) }
}

/// A key that equals only the same bytes, where strings equal every other spelling of the same characters.
private struct ExactKey: Hashable {
    let text: String

    static func == (one: ExactKey, other: ExactKey) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
