import Diagnostics
import Synchronization

/// Shows progress on standard error: one redrawn line on a terminal, a plain line now and then elsewhere.
///
/// Work that is over within a second shows nothing. Reports may come from any thread, as often as the work likes.
final class ProgressDisplay: Sendable {
    private struct State {
        var meter = ProgressMeter()
        var lastDrawn: Double?
    }

    private static let quietSeconds = 1.0
    private static let redrawSeconds = 0.1
    private static let plainSeconds = 5.0

    private let notes: Notes
    private let isTerminal: Bool
    private let isUnicode: Bool
    private let began = ContinuousClock.now
    private let state = Mutex(State())

    /// - Parameter notes: the standard error that is shared with notes, so that neither writes over the other.
    init(notes: Notes, environment: [String: String] = Environment.all) {
        self.notes = notes
        isTerminal = notes.file.isTerminal && environment["TERM"] != "dumb"
        isUnicode = Environment.isUnicode(environment)
    }

    /// To be given to the work.
    var handler: ProgressHandler {
        { [self] progress in report(progress) }
    }

    func report(_ progress: Progress) {
        let seconds = secondsSinceBegin
        state.withLock { state in
            state.meter.record(progress, at: seconds)
            guard ProgressDisplay.isDue(at: seconds, lastDrawn: state.lastDrawn, isTerminal: isTerminal) else { return }
            state.lastDrawn = seconds
            draw(state.meter)
        }
    }

    /// Takes the line off a terminal; in a log, sums up what was shown. To be called before other output and when the work is over.
    func finish() {
        state.withLock { state in
            guard state.lastDrawn != nil else { return }
            state.lastDrawn = nil
            if isTerminal {
                notes.erase()
            } else {
                notes.line(line.finalText(state.meter))
            }
        }
    }

    /// Whether something should be drawn at `seconds` after the begin.
    static func isDue(at seconds: Double, lastDrawn: Double?, isTerminal: Bool) -> Bool {
        guard let lastDrawn else { return seconds >= quietSeconds }
        return seconds - lastDrawn >= (isTerminal ? redrawSeconds : plainSeconds)
    }

    private func draw(_ meter: ProgressMeter) {
        if isTerminal {
            notes.redraw(line.text(meter))
        } else {
            notes.line(line.plainText(meter))
        }
    }

    /// One column stays free: a full line makes some terminals wrap.
    private var line: ProgressLine {
        ProgressLine(columns: (notes.file.terminalColumns ?? 80) - 1, isUnicode: isUnicode)
    }

    private var secondsSinceBegin: Double {
        (ContinuousClock.now - began) / .seconds(1)
    }
}
