import Diagnostics
import Dispatch

/// Ctrl-C while a command works: the first asks for a clean stop, a second ends the process at once.
///
/// A command that keeps its work between steps makes one of these and hands `cancellation` on. Commands that have nothing to keep do
/// not, and Ctrl-C ends them as it ends any program.
final class Interruption {
    /// Requested by the first Ctrl-C.
    let cancellation = Cancellation()
    private let source: any DispatchSourceSignal

    /// - Parameter notes: where the person is told that the wish was heard.
    init(notes: Notes) {
        SystemSignals.ignore(SystemSignals.interrupt)
        source = DispatchSource.makeSignalSource(signal: SystemSignals.interrupt, queue: .global(qos: .userInitiated))
        source.setEventHandler { [cancellation] in
            cancellation.cancel()
            SystemSignals.restore(SystemSignals.interrupt)
            notes.note("stopping after this step; press Ctrl-C again to stop at once")
        }
        source.resume()
    }

    deinit {
        source.cancel()
        SystemSignals.restore(SystemSignals.interrupt)
    }
}
