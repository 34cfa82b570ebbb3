import Diagnostics
import Dispatch
import Synchronization

/// Ctrl-C while a command works: the first asks for a clean stop, a second ends the process at once.
///
/// A command that keeps its work between steps makes one of these, one at a time in a process, and hands `cancellation` on. Commands
/// that have nothing to keep do not, and Ctrl-C ends them as it ends any program.
final class Interruption: Sendable {
    /// Requested by the first Ctrl-C.
    let cancellation = Cancellation()
    private let pipe: FileDescriptor.Pipe?

    /// Where the signal's handler, which may do next to nothing and sees only globals, passes the word on; below 0 if nowhere.
    private static let handlerPipe = Atomic<Int32>(-1)

    /// - Parameter notes: where the person is told that the wish was heard.
    init(notes: Notes) {
        pipe = FileDescriptor.makePipe()
        // Without a pipe (too many files are open), Ctrl-C keeps its usual effect.
        guard let pipe else { return }
        Interruption.handlerPipe.store(pipe.writing.number, ordering: .sequentiallyConsistent)
        DispatchQueue.global(qos: .userInitiated).async { [cancellation] in
            // The pipe ends without a byte when this object goes away.
            let isHeard = (try? pipe.reading.readByte()) != nil
            pipe.reading.close()
            guard isHeard else { return }
            cancellation.cancel()
            notes.note("stopping after this step; press Ctrl-C again to stop at once")
        }
        SystemSignals.handle(SystemSignals.interrupt) { number in
            SystemSignals.restore(number)
            FileDescriptor(number: Interruption.handlerPipe.load(ordering: .sequentiallyConsistent)).writeByte()
        }
    }

    deinit {
        guard let pipe else { return }
        SystemSignals.restore(SystemSignals.interrupt)
        Interruption.handlerPipe.store(-1, ordering: .sequentiallyConsistent)
        pipe.writing.close()
    }
}
