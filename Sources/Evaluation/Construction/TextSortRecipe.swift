import ModelFiles
import Tokenizers
import Training

/// Ada-LEval's TSort at any length: four pieces in a row of a book, as long as each other and in a random order, with what stands before and behind
/// them. (Wang et al., Ada-LEval, 2024.)
package struct TextSortRecipe: Sendable {
    private struct Book {
        let name: String
        let tokens: [Int32]
        /// Tokens that begin with white space, where a piece may begin.
        let starts: [Int]
    }

    private let tokenizer: Tokenizer
    private let books: [Book]
    /// Tokens of a whole prompt.
    private let length: Int
    private let frameTokens: Int

    private static let pieces = 4
    /// Tokens before and behind the pieces, at most.
    private static let mostContext = 128
    /// A piece of less is no text to sort.
    private static let leastPiece = 16

    /// - Throws: `LongRecordError` where no text is long enough for the length, or the length too short for the wording.
    package init(_ texts: [CorpusText], length: Int, tokenizer: Tokenizer) throws(LongRecordError) {
        (self.tokenizer, self.length) = (tokenizer, length)
        frameTokens = tokenizer.encode(Self.prompt(before: "", pieces: Array(repeating: "", count: Self.pieces), behind: "")).count
        let least = frameTokens + Self.leastPiece * (Self.pieces + 2)
        guard length >= least else { throw .noRoom(length: length, needed: least) }
        let all = texts.map { text in
            let tokens = tokenizer.encode(text.bytes)
            return Book(
                name: text.name, tokens: tokens,
                starts: tokens.indices.filter { tokenizer.piece(tokens[$0]).first.map(Self.isSpace) ?? false })
        }
        let needed = length - frameTokens
        books = all.filter { $0.starts.last.map { $0 > needed } ?? false }
        guard !books.isEmpty else { throw .shortBook(tokens: all.map(\.tokens.count).max() ?? 0, needed: needed + 1) }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x0A, 0x0D, 0x09].contains(byte) }

    /// A record in the form of Ada-LEval's files.
    package func record(_ random: inout CorpusRandom) -> JSONValue {
        let book = random.pick(books), room = length - frameTokens
        let context = min(Self.mostContext, room / (Self.pieces + 2)), size = (room - 2 * context) / Self.pieces
        let start = random.below(book.starts.last.map { $0 - room } ?? 1)
        // The edges of what stands before, of the pieces, and of what stands behind, each at the beginning of a word.
        let edges = ([0, context] + (1...Self.pieces).map { context + $0 * size } + [room]).map { Self.next(start + $0, in: book.starts) }
        let parts = zip(edges, edges.dropFirst()).map { String(decoding: tokenizer.decode(Array(book.tokens[$0..<$1])), as: UTF8.self) }
        let order = random.order(of: Self.pieces).map { Int($0) }
        let pieces = Array(parts[1...Self.pieces])
        // The part that is shown at place i is the piece order[i]; the answer says at which place each piece is shown.
        let answer = pieces.indices.map { piece in (order.firstIndex(of: piece) ?? 0) + 1 }
        return .object(
            JSONObject([
                ("book_id", .string(book.name)), ("para_offset", .array(edges.map { .integer($0) })),
                ("prompt", .string(Self.prompt(before: parts[0], pieces: order.map { pieces[$0] }, behind: parts[Self.pieces + 1]))),
                ("answer", .array(answer.map { .integer($0) })),
            ]))
    }

    /// The first place from one on that a word begins at.
    private static func next(_ place: Int, in starts: [Int]) -> Int {
        var low = 0, high = starts.count - 1
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] < place { low = middle + 1 } else { high = middle }
        }
        return starts[low]
    }

    static func prompt(before: String, pieces: [String], behind: String) -> String {
        let parts = pieces.enumerated().map { "Part \($0 + 1):\n\($1)\n\n" }.joined()
        return task + "Before:\n\(before)\n\n" + parts + "After:\n\(behind)\n\n" + request
    }

    private static let task =
        "Four parts of a book follow. Together they are one continuous stretch of it, but they stand in a random order. What comes directly before "
        + "the stretch and directly behind it is shown, too. Put the parts into their right order, and give it as a list of their numbers: "
        + "[4, 1, 3, 2] means that Part 4 comes first, then Part 1, Part 3 and Part 2.\nThe form of an answer: Answer: [4, 1, 3, 2]\n\n"
    private static let request = "Give the right order of the four parts and nothing else, in the form that is shown above."
}
