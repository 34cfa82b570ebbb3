import Diagnostics
import Tokenizers

/// Documents as tokens, end to end.
package struct TokenCorpus: Sendable {
    package struct Document: Hashable, Sendable {
        package let name: String
        /// Where its tokens are, the marks around it included.
        package let range: Range<Int>
        /// Bytes of its text.
        package let byteCount: Int
    }

    package private(set) var tokens: [Int32] = []
    package private(set) var documents: [Document] = []

    /// Each document as the tokenizer's beginning token if it adds one, the text, and the token for the end if there is one.
    package init(
        _ texts: [CorpusText], tokenizer: Tokenizer, progress: ProgressHandler? = nil, cancellation: Cancellation = Cancellation()
    ) throws {
        let total = texts.reduce(0) { $0 + $1.bytes.count }
        var done = 0
        for text in texts {
            try cancellation.check("encoding the corpus")
            let beginning = tokenizer.addsBOS ? [tokenizer.bos].compactMap { $0 } : []
            append(
                beginning + tokenizer.encode(text.bytes) + [tokenizer.eos].compactMap { $0 }, name: text.name,
                byteCount: text.bytes.count)
            done += text.bytes.count
            progress?(Progress("Encoding \(text.name)", completed: done, total: total, unit: "bytes"))
        }
    }

    /// Documents that are tokens already.
    package init(_ documents: [[Int32]]) {
        for (number, document) in documents.enumerated() { append(document, name: "document \(number)", byteCount: 0) }
    }

    private mutating func append(_ document: [Int32], name: String, byteCount: Int) {
        documents.append(Document(name: name, range: tokens.count..<tokens.count + document.count, byteCount: byteCount))
        tokens += document
    }

    /// Bytes of all texts: losses divide by them to bits per byte, which do not depend on the tokenizer.
    package var byteCount: Int { documents.reduce(0) { $0 + $1.byteCount } }

    /// The tokens of one document.
    package subscript(document: Document) -> ArraySlice<Int32> { tokens[document.range] }
}
