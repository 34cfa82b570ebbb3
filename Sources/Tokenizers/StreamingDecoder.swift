/// Gives the text of tokens that come one at a time, only ever in whole characters.
///
/// A character may be spread over several tokens; its bytes are held back until it is whole. Bytes that no character can
/// be made of any more become U+FFFD.
package struct StreamingDecoder: Sendable {
    private var assembly: TextAssembly
    private var pending: [UInt8] = []

    init(_ assembly: TextAssembly) {
        self.assembly = assembly
    }

    /// Takes the next token and gives the characters that are whole now, often none.
    package mutating func append(_ id: Int32) -> String {
        assembly.append(id, to: &pending)
        let heldCount = UTF8Unit.unfinishedCount(atEndOf: pending)
        let text = String(decoding: pending.dropLast(heldCount), as: UTF8.self)
        pending.removeFirst(pending.count - heldCount)
        return text
    }

    /// Gives what is held back, which nothing can complete any more.
    package mutating func finish() -> String {
        defer { pending = [] }
        assembly.finish(&pending)
        return String(decoding: pending, as: UTF8.self)
    }
}
