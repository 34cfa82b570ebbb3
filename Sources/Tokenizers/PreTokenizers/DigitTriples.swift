/// Sets three digits at a time apart: `[0-9][0-9][0-9]` and what lies between.
struct DigitTriples: WordScanner {
    func wordEnd(in text: ClassifiedText, from start: Int) -> Int {
        if isTriple(text, start) { return start + 3 }
        var index = start + 1
        while index < text.end, !isTriple(text, index) { index += 1 }
        return index
    }

    private func isTriple(_ text: ClassifiedText, _ index: Int) -> Bool {
        (index..<index + 3).allSatisfy { place in
            text.byte(at: place).map { (0x30...0x39).contains($0) } ?? false
        }
    }
}
