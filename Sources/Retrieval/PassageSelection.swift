import Documents
import Generation

/// The passages of a text that are worth reading for a question.
package struct PassageSelection: Sendable {
    /// How much is read.
    package enum Budget: Hashable, Sendable {
        case passages(Int)
        case tokens(Int)
    }

    /// What is to be read: the chosen passages in the order of the source, whose members know where they stand in their files.
    package let documents: DocumentSet
    package let chosenPassages: Int
    package let passages: Int
    package let chosenTokens: Int
    package let tokens: Int

    /// Whether there is anything that is not read.
    package var leavesOut: Bool { chosenPassages < passages }

    /// Chooses the best passages that the budget has room for; at least one. Where all have room the documents stay as they are.
    ///
    /// - Parameters:
    ///   - ranges: of passages in the documents' bytes, ascending.
    ///   - scores: of each passage; more is better. Of equal ones the first goes first.
    ///   - tokens: of each passage.
    package init(of documents: DocumentSet, ranges: [Range<Int>], scores: [Double], tokens: [Int], budget: Budget) {
        passages = ranges.count
        self.tokens = tokens.reduce(0, +)
        let best = ranges.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
        var chosen: [Int] = [], spent = 0
        for index in best {
            let fits =
                switch budget {
                case .passages(let count): chosen.count < count
                case .tokens(let most): spent + tokens[index] <= most
                }
            guard fits || chosen.isEmpty else { break }
            chosen.append(index)
            spent += tokens[index]
        }
        chosenPassages = chosen.count
        chosenTokens = spent
        guard chosen.count < ranges.count else {
            self.documents = documents
            return
        }
        self.documents = DocumentSet(saved: Self.members(of: documents, ranges: Self.joined(chosen.sorted(), ranges)))
    }

    /// Tokens of a passage at most where nobody says how many.
    package static let usualTokens = 200

    /// Counts the tokens of a model.
    package static func tokenCount(of model: Model) -> TokenCount {
        let tokenizer = model.decoder.tokenizer
        return { tokenizer.encode(Array($0), continuesText: true).count }
    }

    /// Neighbours become one stretch, with what stands between them.
    private static func joined(_ chosen: [Int], _ ranges: [Range<Int>]) -> [(range: Range<Int>, last: Int)] {
        chosen.reduce(into: []) { stretches, index in
            if let end = stretches.last, end.last + 1 == index {
                stretches[stretches.count - 1] = (end.range.lowerBound..<ranges[index].upperBound, index)
            } else {
                stretches.append((ranges[index], index))
            }
        }
    }

    /// Stretches as members of their own; one over the border of two files is cut there.
    private static func members(
        of documents: DocumentSet, ranges: [(range: Range<Int>, last: Int)]
    ) -> [(member: DocumentSet.Member, bytes: [UInt8])] {
        ranges.flatMap { stretch in
            documents.members.compactMap { member in
                let shared = member.range.clamped(to: stretch.range)
                guard !shared.isEmpty else { return nil }
                let part = DocumentSet.Member(
                    name: member.name, range: shared, sourceOffset: member.sourceOffset + shared.lowerBound - member.range.lowerBound,
                    fingerprint: member.fingerprint)
                return (part, Array(documents.bytes[shared]))
            }
        }
    }
}
