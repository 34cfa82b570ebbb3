import Diagnostics

/// Asks one question of every segment of a text by itself, and answers from those that tell the model most.
///
/// No more than a window is ever read at once, so time is linear in the text's length and memory that of one window. It suits questions that
/// a few places answer, and not those about the whole text. (XL3M: A Training-free Framework for LLM Length Extension Based on Segment-wise
/// Inference, 2024.)
package struct Segments: Hashable, Sendable {
    static let name = "segments"
    static let usage = "segments:LENGTH:OVERLAP:KEPT:by=contrast|entropy"

    /// What makes a segment worth keeping.
    package enum Score: String, CaseIterable, Sendable {
        /// It leads the model to expect what other segments do not. A model that says where a text has no answer is sure of itself
        /// everywhere; only the segment with the answer changes its mind.
        case contrast
        /// It makes the model sure of the next token, whatever that is: XL3M's own score.
        case entropy
    }

    /// Tokens of a segment; nil: a thousand or so.
    package var length: Int?
    /// Tokens that neighbours share, so that no sentence is lost at a cut; nil: an eighth of a segment.
    package var overlap: Int?
    /// Segments that the answer is given from; nil: as many as fit.
    package var kept: Int?
    package var score = Score.contrast

    /// - Returns: nil for the name of another method.
    /// - Throws: a usage error for options that are none.
    package init?(_ specification: String) throws(SegmentsError) {
        var words = specification.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard words.first == Self.name else { return nil }
        if let word = words.last, word.hasPrefix(Self.scoreOption) {
            guard let score = Score(rawValue: String(word.dropFirst(Self.scoreOption.count))) else { throw .badOption(word) }
            self.score = score
            words.removeLast()
        }
        var numbers: [Int] = []
        for (place, word) in words.dropFirst().enumerated() {
            guard place < 3, let number = Int(word), (place == 1 ? 0...1 << 30 : 1...1 << 30).contains(number) else {
                throw .badOption(word)
            }
            numbers.append(number)
        }
        length = numbers.first
        overlap = numbers.count > 1 ? numbers[1] : nil
        kept = numbers.count > 2 ? numbers[2] : nil
    }

    private static let customaryLength = 1024
    static let scoreOption = "by="

    /// The same with every option settled.
    /// - Parameters:
    ///   - window: that the model was trained for, in tokens.
    ///   - frame: tokens before the text and of the question behind it.
    ///   - reserved: tokens that the reply may need.
    /// - Throws: where no segment fits.
    package func cut(window: Int, frame: Int, reserved: Int) throws(SegmentsError) -> SegmentCut {
        let room = window - frame - reserved
        guard room > 0 else { throw .noRoom(window: window, frame: frame, reserved: reserved) }
        let length = length ?? max(1, min(Self.customaryLength, (window - frame) / 2, room))
        guard length <= room else { throw .tooLong(length: length, room: room) }
        let overlap = overlap ?? length / 8
        guard overlap < length else { throw .overlapTooLong(overlap: overlap, length: length) }
        let kept = kept ?? room / length
        guard kept <= room / length else { throw .tooMany(kept: kept, length: length, room: room) }
        return SegmentCut(length: length, overlap: overlap, kept: kept, score: score)
    }
}

/// How a text is cut into segments, and how those that are kept become one text again.
package struct SegmentCut: Hashable, Sendable {
    package let length: Int
    package let overlap: Int
    package let kept: Int
    package let score: Segments.Score

    /// As a person would write it.
    package var name: String {
        let name = "\(Segments.name):\(length):\(overlap):\(kept)"
        return score == .contrast ? name : name + ":\(Segments.scoreOption)\(score.rawValue)"
    }

    package init(length: Int, overlap: Int, kept: Int, score: Segments.Score = .contrast) {
        precondition(length > 0 && (0..<length).contains(overlap) && kept > 0, "\(kept) segments of \(length) that share \(overlap)")
        self.length = length
        self.overlap = overlap
        self.kept = kept
        self.score = score
    }

    /// Segments of a text of so many tokens. All have the full length, so that their scores compare: the last one is moved back for that.
    package func segments(of tokens: Int) -> [Range<Int>] {
        guard tokens > length else { return tokens > 0 ? [0..<tokens] : [] }
        let starts = Array(stride(from: 0, to: tokens - length, by: length - overlap)) + [tokens - length]
        return starts.map { $0..<$0 + length }
    }

    /// The segments that are kept, the earlier one among equals, in the order of the text: those of the largest contrasts or of the smallest
    /// entropies.
    func chosen(entropies: [Double], contrasts: [Double]) -> [Int] {
        let costs = score == .entropy ? entropies : contrasts.map { -$0 }
        return costs.indices.sorted { (costs[$0], $0) < (costs[$1], $1) }.prefix(kept).sorted()
    }

    /// Segments in the order of the text as runs without repetition: what neighbours share stands once.
    package static func merged(_ segments: [Range<Int>]) -> [Range<Int>] {
        segments.reduce(into: []) { runs, segment in
            if let last = runs.last, segment.lowerBound <= last.upperBound {
                runs[runs.count - 1] = last.lowerBound..<max(last.upperBound, segment.upperBound)
            } else {
                runs.append(segment)
            }
        }
    }
}

/// A segment of a text as it was judged.
public struct ScoredSegment: Sendable, Hashable {
    /// Where it stands: a run of bytes of each file that it touches.
    public struct Place: Sendable, Hashable {
        public let file: String
        public let start: Int
        public let end: Int
    }

    public let places: [Place]
    /// How unsure the model was of the first word of its answer, in nats.
    public let entropy: Double
    /// How far it moved what the model expected from the mean over all segments, in nats.
    public let contrast: Double
    /// Whether the answer was given from it.
    public let isKept: Bool
}

/// Why a text cannot be asked segment by segment.
package enum SegmentsError: Failure, Hashable {
    case badOption(String)
    case noRoom(window: Int, frame: Int, reserved: Int)
    case tooLong(length: Int, room: Int)
    case overlapTooLong(overlap: Int, length: Int)
    case tooMany(kept: Int, length: Int, room: Int)
    case asksOnly

    package var kind: FailureKind { .usage }

    package var description: String {
        switch self {
        case .badOption(let option):
            "\"\(option)\" is no option of the method segments; write \(Segments.usage) with whole numbers, such as segments:1024:128:3."
        case .noRoom(let window, let frame, let reserved):
            "The question and its frame take \(frame) tokens and the reply up to \(reserved), which leaves nothing of the model's window of "
                + "\(window) for a segment; ask more briefly, or lower --max-tokens."
        case .tooLong(let length, let room):
            "A segment of \(length) tokens does not fit: question and reply leave room for \(room); choose shorter segments."
        case .overlapTooLong(let overlap, let length):
            "Segments of \(length) tokens cannot share \(overlap) with their neighbours; choose a smaller overlap."
        case .tooMany(let kept, let length, let room):
            "\(kept) segments of \(length) tokens do not fit: question and reply leave room for \(room); keep fewer, or choose shorter ones."
        case .asksOnly:
            "The method segments reads a text anew for each question and keeps nothing of it, so it serves `apus ask` and `apus "
                + "chat` alone; any saved reading can be asked with it, whatever method it was read with."
        }
    }
}
