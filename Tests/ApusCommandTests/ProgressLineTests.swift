import Diagnostics
import Testing

@testable import ApusCommand

@Suite("The line of progress")
struct ProgressLineTests {
    private func meter(activity: String = "Reading book.txt", total: Int? = 28_700) -> ProgressMeter {
        var meter = ProgressMeter()
        meter.record(Progress(activity, completed: 0, total: total), at: 0)
        meter.record(Progress(activity, completed: 12_345, total: total), at: 10)
        return meter
    }

    @Test("With room for all, it shows activity, bar, share, count, time left and rate")
    func wide() {
        let text = ProgressLine(columns: 120).text(meter())
        #expect(text == "Reading book.txt  ██████████▎░░░░░░░░░░░░░  43%  12,345/28,700 tokens  13 s left  1,235 tokens/s")
    }

    @Test("It never takes more columns than there are", arguments: 1...140)
    func fits(columns: Int) {
        for total in [nil, 28_700] {
            #expect(ProgressLine(columns: columns).text(meter(total: total)).count <= columns)
            #expect(ProgressLine(columns: columns, isUnicode: false).text(meter(total: total)).count <= columns)
        }
    }

    @Test("When room is short, the bar goes first, then part of the name, then the facts from the end")
    func narrow() {
        #expect(
            ProgressLine(columns: 75).text(meter()) == "Reading book.txt  43%  12,345/28,700 tokens  13 s left  1,235 tokens/s")
        #expect(ProgressLine(columns: 50).text(meter()) == "Reading boo…  43%  12,345/28,700 tokens  13 s left")
        #expect(ProgressLine(columns: 48).text(meter()) == "Reading book.txt  43%  12,345/28,700 tokens")
        #expect(ProgressLine(columns: 20).text(meter()) == "Reading book.t…  43%")
    }

    @Test("Without a total there is neither a share nor a bar nor a time left")
    func unknownTotal() {
        #expect(ProgressLine(columns: 120).text(meter(total: nil)) == "Reading book.txt  12,345 tokens  1,235 tokens/s")
    }

    @Test("A name with control characters cannot command the terminal")
    func controlCharacters() {
        let meter = meter(activity: "Reading \u{1B}[2J")
        #expect(!ProgressLine(columns: 120).text(meter).contains("\u{1B}"))
        #expect(!ProgressLine(columns: 120).plainText(meter).contains("\u{1B}"))
        #expect(!ProgressLine(columns: 120).finalText(meter).contains("\u{1B}"))
    }

    @Test("Lines for a log are whole sentences of facts")
    func plain() {
        let line = ProgressLine(columns: 10)
        #expect(line.plainText(meter()) == "Reading book.txt: 43%, 12,345/28,700 tokens, 13 s left, 1,235 tokens/s")
        #expect(line.finalText(meter()) == "Reading book.txt: 12,345 tokens in 10 s (1,235 tokens/s)")
    }

    @Test("The bar is as wide as asked and fills from empty to full", arguments: [true, false], [8, 9, 24])
    func bars(isUnicode: Bool, width: Int) {
        let line = ProgressLine(columns: 80, isUnicode: isUnicode)
        let (full, empty) = isUnicode ? ("█", "░") : ("#", "-")
        for step in -1...101 {
            #expect(line.bar(Double(step) / 100, width: width).count == width)
        }
        #expect(!line.bar(0, width: width).contains(full))
        #expect(!line.bar(1, width: width).contains(empty))
    }

    @Test("Nothing is shown in the first second, then at the pace of the kind of output")
    func pace() {
        #expect(!ProgressDisplay.isDue(at: 0.9, lastDrawn: nil, isTerminal: true))
        #expect(ProgressDisplay.isDue(at: 1.0, lastDrawn: nil, isTerminal: false))
        #expect(!ProgressDisplay.isDue(at: 1.05, lastDrawn: 1, isTerminal: true))
        #expect(ProgressDisplay.isDue(at: 1.2, lastDrawn: 1, isTerminal: true))
        #expect(!ProgressDisplay.isDue(at: 5.9, lastDrawn: 1, isTerminal: false))
        #expect(ProgressDisplay.isDue(at: 6.1, lastDrawn: 1, isTerminal: false))
    }
}
