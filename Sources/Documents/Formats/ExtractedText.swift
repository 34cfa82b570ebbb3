import Diagnostics

/// Text taken out of a file, with a record of where in the file each stretch of it stood.
package struct ExtractedText: Hashable, Sendable {
    /// A stretch of the text and the bytes of the file that it came from: copied as they are where both are equally long.
    package struct Run: Hashable, Sendable {
        package let text: Range<Int>
        package let source: Range<Int>
    }

    /// A line of the text that names what stands below it.
    package struct Heading: Hashable, Sendable {
        /// In the text, without marks.
        package let range: Range<Int>
        /// 1 for the title of all; larger for parts of parts.
        package let level: Int
    }

    /// The file's name as the caller gave it.
    package let name: String
    package let format: DocumentFormat
    /// Valid UTF-8.
    package let bytes: [UInt8]
    /// Ascending and disjoint in the text.
    package let runs: [Run]
    /// In the order of the text.
    package let headings: [Heading]
    /// Where the pages after the first begin in the text; empty for what has no pages.
    package let pageStarts: [Int]
    /// Of the whole file.
    package let fingerprint: Fingerprint

    /// Where in the file a stretch of the text stood, in bytes. What was put between blocks counts with what is beside it. A file whose
    /// text does not stand in it as bytes (PDF) has offsets of the text taken out.
    package func sourceRange(of range: Range<Int>) -> Range<Int> {
        guard !runs.isEmpty else { return range }
        let lower = start(of: range.lowerBound)
        return lower..<max(lower, range.isEmpty ? lower : end(ofByte: range.upperBound - 1))
    }

    /// The page of an offset in the text, from 1; nil for what has no pages.
    package func page(of offset: Int) -> Int? {
        format == .pdf ? 1 + pageStarts.firstIndexAbove(offset) : nil
    }

    private func start(of offset: Int) -> Int {
        let next = runs.partitionPoint { $0.text.upperBound <= offset }
        guard next < runs.count else { return runs[runs.count - 1].source.upperBound }
        let run = runs[next]
        guard offset > run.text.lowerBound, run.text.count == run.source.count else { return run.source.lowerBound }
        return run.source.lowerBound + offset - run.text.lowerBound
    }

    private func end(ofByte offset: Int) -> Int {
        let next = runs.partitionPoint { $0.text.lowerBound <= offset }
        guard next > 0 else { return runs[0].source.lowerBound }
        let run = runs[next - 1]
        guard offset < run.text.upperBound, run.text.count == run.source.count else { return run.source.upperBound }
        return run.source.lowerBound + offset + 1 - run.text.lowerBound
    }
}

extension Array {
    /// The index of the first element that `isBefore` does not hold of; it holds of all before that.
    package func partitionPoint(_ isBefore: (Element) -> Bool) -> Int {
        var low = 0, high = count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension [Int] {
    /// In an ascending array, how many elements are at most `value`.
    package func firstIndexAbove(_ value: Int) -> Int { partitionPoint { $0 <= value } }
}
